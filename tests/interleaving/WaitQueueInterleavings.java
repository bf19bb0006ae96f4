package engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** No wake-up of a {@link WaitQueue} is lost: a call waits only while there is no message, and each message wakes all calls. */
public class WaitQueueInterleavings {
    private final WaitQueue queue = new WaitQueue(Scheduler.SYSTEM);
    private final AtomicInteger messages = new AtomicInteger();
    private final Set<Call> waiting = ConcurrentHashMap.newKeySet();

    /** A call that takes a message. It waits while there is none. */
    private final class Call implements Runnable {
        @Override
        public void run() {
            long seen = queue.changes();
            if (takeMessage()) {
                waiting.remove(this);
            } else {
                queue.await(seen, this);
            }
        }
    }

    private boolean takeMessage() {
        int before;
        do {
            before = messages.get();
            if (before == 0) {
                return false;
            }
        } while (!messages.compareAndSet(before, before - 1));
        return true;
    }

    @Operation
    public void append() {
        messages.incrementAndGet();
        queue.wake();
    }

    @Operation
    public void poll() {
        Call call = new Call();
        waiting.add(call);
        call.run();
    }

    @Operation
    public void pollAndGiveUp() {
        Call call = new Call();
        waiting.add(call);
        call.run();
        queue.forget(call);
        waiting.remove(call);
    }

    @Validate
    public void noCallWaitsWhileThereAreMessages() {
        if (messages.get() > 0 && !waiting.isEmpty()) {
            throw new IllegalStateException(
                    waiting.size() + " calls wait, although there are " + messages + " messages");
        }
    }

    @Test
    void no_wake_up_is_lost() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsBefore(1)
                .actorsAfter(0)
                .actorsPerThread(2)
                .check(WaitQueueInterleavings.class);
    }
}
