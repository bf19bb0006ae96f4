package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A topic's queue of calls that may wait for a disk. */
public class DiskQueueTest {
    private static final long TIMEOUT_SECONDS = 20;

    @Test
    void calls_run_in_their_order_whoever_adds_them() throws Exception {
        DiskQueue queue = new DiskQueue(Scheduler.SYSTEM, Runnable::run);
        int perThread = 2000;
        CountDownLatch left = new CountDownLatch(4 * perThread);
        AtomicInteger running = new AtomicInteger();
        List<Integer> overlaps = Collections.synchronizedList(new ArrayList<>());
        List<List<Integer>> seen = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int thread = 0; thread < 4; thread++) {
                List<Integer> own = new ArrayList<>(); // changed by the calls of the queue alone
                seen.add(own);
                threads.execute(() -> IntStream.range(0, perThread)
                        .forEach(number -> queue.execute(() -> {
                            if (running.incrementAndGet() > 1) {
                                overlaps.add(number);
                            }
                            own.add(number);
                            running.decrementAndGet();
                            left.countDown();
                        })));
            }
            assertTrue(left.await(TIMEOUT_SECONDS, TimeUnit.SECONDS), left + " calls did not run");
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(), overlaps);
        List<Integer> expected = IntStream.range(0, perThread).boxed().collect(Collectors.toList());
        assertEquals(List.of(expected, expected, expected, expected), seen);
    }

    @Test
    void calls_run_though_the_start_of_their_thread_was_lost() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        DiskQueue queue = new DiskQueue(Scheduler.SYSTEM, start -> {
            if (starts.incrementAndGet() > 1) {
                start.run();
            }
        });
        CountDownLatch first = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        queue.execute(first::countDown);
        while (!first.await(50, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
            queue.execute(() -> {});
        }
        assertEquals(0, first.getCount());
        assertTrue(starts.get() >= 2);
    }

    @Test
    void calls_run_though_the_starter_fails() throws Exception {
        DiskQueue queue = new DiskQueue(Scheduler.SYSTEM, start -> {
            throw new OutOfMemoryError("of the test");
        });
        CountDownLatch run = new CountDownLatch(1);
        queue.execute(run::countDown);
        assertTrue(run.await(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void a_call_that_fails_stops_no_later_one() throws Exception {
        DiskQueue queue = new DiskQueue(Scheduler.SYSTEM, Runnable::run);
        CountDownLatch run = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        queue.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.countDown());
            throw new IllegalStateException("of the test");
        });
        queue.execute(run::countDown);
        assertTrue(run.await(TIMEOUT_SECONDS, TimeUnit.SECONDS) && told.await(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }
}
