package tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/**
 * Many short histories of calls that overlap: for each there has to be an order, of one call after the other, that agrees with
 * the clock and in which every answer is right (Herlihy and Wing, "Linearizability"; the search is Wing and Gong's, with the
 * visited states of Lowe).
 */
class LinearizabilityTest {
    private static final int SEED = 5;
    private static final int HISTORIES = 300;
    private static final int THREADS = 4;
    private static final int CALLS_PER_THREAD = 5;
    private static final long NOTHING = -1;

    private final Http http = BrokerProcess.shared().http();

    private enum Verb {
        PRODUCE,
        CONSUME,
        COMMIT,
        SEEK
    }

    /** A call, when it began and ended, and the offset in its answer. */
    private record Operation(Verb verb, long begin, long end, long answer) {}

    /** What a topic and its only consumer come to. */
    private record State(long end, long position, long committed) {
        /** The state after the operation; null if its answer is wrong here. */
        State after(Operation operation) {
            switch (operation.verb) {
                case PRODUCE:
                    return operation.answer == end ? new State(end + 1, position, committed) : null;
                case CONSUME:
                    return operation.answer != (position < end ? position : NOTHING)
                            ? null
                            : new State(end, Math.min(end, position + 1), committed);
                case COMMIT:
                    return operation.answer == position ? new State(end, position, position) : null;
                default:
                    return operation.answer == 0 ? new State(end, 0, committed) : null;
            }
        }
    }

    @Test
    void produce_consume_commit_and_seek_happen_one_after_the_other() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int i = 0; i < HISTORIES; i++) {
            List<Operation> history = history(threads, "lin." + i, SEED + i);
            assertTrue(
                    isLinearizable(history, 0, new State(0, 0, 0), new HashSet<>()),
                    "seed " + (SEED + i) + ": " + history);
        }
        threads.shutdown();
    }

    private List<Operation> history(ExecutorService threads, String name, int seed) throws Exception {
        http.post("/topics/register", "topic", name);
        http.post("/consumers/register", "topic", name, "consumer_id", name, "auto_commit", false);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Callable<List<Operation>>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(31L * seed + thread);
            tasks.add(() -> {
                start.await();
                List<Operation> operations = new ArrayList<>();
                for (int i = 0; i < CALLS_PER_THREAD; i++) {
                    operations.add(call(name, Verb.values()[Math.min(3, random.nextInt(7) / 2)]));
                }
                return operations;
            });
        }
        List<Operation> history = new ArrayList<>();
        for (Future<List<Operation>> one : threads.invokeAll(tasks)) {
            history.addAll(one.get());
        }
        return history;
    }

    private Operation call(String name, Verb verb) {
        long begin = System.nanoTime();
        Reply reply;
        switch (verb) {
            case PRODUCE:
                reply = http.post("/produce", "topic", name, "value", "v");
                break;
            case CONSUME:
                reply = http.post("/consume", "consumer_id", name);
                break;
            case COMMIT:
                reply = http.post("/consumers/commit", "consumer_id", name);
                break;
            default:
                reply = http.post("/consumers/seek", "consumer_id", name, "offset", 0);
        }
        long answer = reply.status() == 204 ? NOTHING : reply.get("offset").asLong(-2);
        return new Operation(verb, begin, System.nanoTime(), answer);
    }

    /** @param done which operations have their place already, a bit each */
    private static boolean isLinearizable(List<Operation> history, int done, State state, Set<List<Object>> visited) {
        if (done == (1 << history.size()) - 1) {
            return true;
        }
        if (!visited.add(List.of(done, state))) {
            return false;
        }
        long firstEnd = Long.MAX_VALUE;
        for (int i = 0; i < history.size(); i++) {
            firstEnd = (done >> i & 1) == 0 ? Math.min(firstEnd, history.get(i).end) : firstEnd;
        }
        for (int i = 0; i < history.size(); i++) {
            if ((done >> i & 1) == 0 && history.get(i).begin <= firstEnd) {
                State next = state.after(history.get(i));
                if (next != null && isLinearizable(history, done | 1 << i, next, visited)) {
                    return true;
                }
            }
        }
        return false;
    }
}
