package tests.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tests.fuzz.FuzzRequest.Form;
import tests.fuzz.Sender.Sent;
import tests.fuzz.Sender.Worker;

/**
 * Sends requests to a broker in rounds, from several threads. After each round the broker has to be healthy, and some of the requests
 * that it refused are sent again, one after the other: they must not change anything. Remembers what the broker has accepted, and what
 * it showed before a restart. For one thread.
 */
public final class FuzzRun {
    private static final int ROUND = 4000;
    private static final int ROUND_TIMEOUT_S = 300;
    private static final int REFUSED_AGAIN = 100;
    private static final int TIMES_TO_BE_SURE = 3;

    /** What is sent. */
    public enum Sort {
        SCHEMA,
        BYTES
    }

    private final long seed;
    private final PrintStream out;
    private final Failures failures;
    private final Ledger ledger = new Ledger();
    private BrokerState remembered;
    private long sent;
    private int judged;

    public FuzzRun(long seed, PrintStream out, Failures failures) {
        this.seed = seed;
        this.out = out;
        this.failures = failures;
    }

    /**
     * Sends this many requests to the broker at a port.
     *
     * @param afterRound looks at the broker from outside
     */
    public void send(int port, Sort sort, long requests, Runnable afterRound) throws IOException, InterruptedException {
        long start = System.nanoTime();
        ApiDocument document = prepare(port);
        Sender sender = sort == Sort.SCHEMA
                ? new SchemaSender(port, seed, document, ledger, failures)
                : new ByteSender(port, seed, document, failures);
        Map<Integer, Long> statuses = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(sender.threads());
        try {
            for (long from = 0; from < requests; from += ROUND) {
                List<Sent> round = round(threads, sender, from, Math.min(requests, from + ROUND));
                round.forEach(one -> statuses.merge(one.status(), 1L, Long::sum));
                sent += round.size();
                checkHealth(port, document, sent);
                checkRefused(
                        port,
                        round.stream().filter(Sent::isRefused).map(Sent::bytes).collect(Collectors.toList()));
                afterRound.run();
            }
        } catch (ExecutionException | TimeoutException | IOException e) {
            failures.add(
                    "a round of requests did not end as it must",
                    String.valueOf(e.getCause() == null ? e : e.getCause()));
        } finally {
            threads.shutdownNow();
        }
        out.printf(
                "%s: %,d requests in %.1f s; answers by status (0: the connection was closed without one): %s%n",
                sort.name().toLowerCase(Locale.ROOT),
                statuses.values().stream().mapToLong(n -> n).sum(),
                (System.nanoTime() - start) / 1e9,
                statuses);
    }

    /** How many requests were sent, besides those that check. */
    public long sent() {
        return sent;
    }

    /** Remembers what the broker shows. It is about to end. */
    public void remember(int port) throws IOException {
        remembered = BrokerState.whole(port);
    }

    /** Compares what the broker shows after a restart with what was remembered, and with what was accepted. */
    public void compare(int port, String when) throws IOException {
        BrokerState now = BrokerState.whole(port);
        List<String> differences = remembered.differences(now);
        differences.addAll(ledger.missing(now.messages()));
        differences.forEach(difference -> failures.add(when + " something is not as it was", difference));
        out.printf(
                "%s: %,d topics, consumers, groups, sequences and messages compared, %,d accepted messages looked for%n",
                when, now.size(), ledger.size());
    }

    /** How many refused requests were shown to change nothing. */
    public int judged() {
        return judged;
    }

    private static ApiDocument prepare(int port) throws IOException {
        for (int partitions : new int[] {1, 3}) {
            exchange(
                    port,
                    post(
                            "/topics/register",
                            "{\"topic\":\"" + Values.KEPT + partitions + "\",\"partitions\":" + partitions + "}"));
        }
        return new ApiDocument(exchange(port, "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
                .get(0)
                .json());
    }

    private static List<Sent> round(ExecutorService threads, Sender sender, long from, long to)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<List<Sent>>> shares = new ArrayList<>();
        for (int i = 0; i < sender.threads(); i++) {
            long first = from + i;
            shares.add(threads.submit(() -> share(sender, first, to)));
        }
        List<Sent> round = new ArrayList<>();
        for (Future<List<Sent>> share : shares) {
            round.addAll(share.get(ROUND_TIMEOUT_S, TimeUnit.SECONDS));
        }
        return round;
    }

    /** What one thread sends of a round. */
    private static List<Sent> share(Sender sender, long first, long to) {
        List<Sent> share = new ArrayList<>();
        try (Worker worker = sender.worker()) {
            for (long number = first; number < to; number += sender.threads()) {
                share.add(worker.send(number));
            }
        }
        return share;
    }

    private void checkHealth(int port, ApiDocument document, long number) throws IOException {
        Answer health =
                exchange(port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").get(0);
        if (health.status() != 200) {
            failures.add("the broker is not healthy", "after " + number + " requests: " + health);
        }
        String bytes = post("/produce", "{\"topic\":\"" + Values.KEPT + "1\",\"value\":\"after " + number + "\"}");
        FuzzRequest request = new FuzzRequest(document.operation("produce"), false, bytes, Form.VALID);
        Answer answer = exchange(port, bytes).get(0);
        ledger.note(request, answer).ifPresent(fault -> failures.add(fault, answer.toString(), bytes));
        if (answer.status() != 200) {
            failures.add("a message is refused", "after " + number + " requests: " + answer, bytes);
        }
    }

    /** Sends refused requests again: those that are refused once more must not change anything. */
    private void checkRefused(int port, List<String> refused) throws IOException {
        List<String> again = new ArrayList<>();
        for (int i = 0; i < refused.size(); i += 1 + refused.size() / REFUSED_AGAIN) {
            if (isRefused(port, refused.get(i))) {
                again.add(refused.get(i));
            }
        }
        if (changes(port, again).isEmpty()) {
            judged += again.size();
            return;
        }
        for (String one : again) { // time changes something, too: only what happens each time is the request's doing
            List<String> changes = changes(port, List.of(one));
            for (int i = 1; i < TIMES_TO_BE_SURE && !changes.isEmpty(); i++) {
                changes = changes(port, List.of(one));
            }
            if (!changes.isEmpty()) {
                failures.add("a refused request has changed something", changes.get(0), one);
            }
        }
    }

    /** What these requests change, if all of them are refused. */
    private static List<String> changes(int port, List<String> requests) throws IOException {
        BrokerState before = BrokerState.outline(port);
        for (String request : requests) {
            if (!isRefused(port, request)) {
                return List.of();
            }
        }
        return before.differences(BrokerState.outline(port));
    }

    private static boolean isRefused(int port, String bytes) throws IOException {
        List<Answer> answers = exchange(port, bytes);
        return !answers.isEmpty() && answers.stream().allMatch(Answer::isRefusal);
    }

    /** Sends over a connection of its own. */
    private static List<Answer> exchange(int port, String bytes) throws IOException {
        try (FuzzConnection connection = new FuzzConnection(port)) {
            connection.send(bytes);
            connection.halfClose();
            return connection.readToEnd();
        }
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
