package client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command to stop after a signal, and gives it up to 2 s to complete its work. Safe for any number of threads.
 */
public final class StopSignal {
    private static final long TIMEOUT_MS = 2000;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** From now on, a signal ends the process only after {@link #noteEnd} was called, or after 2 s. */
    public void watchProcess() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
    }

    private void stop() {
        stopping.countDown();
        try {
            ended.await(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // the process ends without waiting
        }
    }

    /** Whether the command is to stop. */
    public boolean isStopped() {
        return stopping.getCount() == 0;
    }

    /**
     * Waits for this time, in ms, or until the command is to stop.
     *
     * @return whether the command is to stop
     */
    boolean await(long ms) throws InterruptedException {
        return stopping.await(ms, TimeUnit.MILLISECONDS);
    }

    /** Notes that the command has completed its work. */
    public void noteEnd() {
        ended.countDown();
    }
}
