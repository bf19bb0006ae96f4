package client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a command that it is to stop after a signal, and gives it some time to do what is on its way. Safe for any number of threads. */
public final class StopSignal {
    private static final long TIMEOUT_MS = 2000;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** From now on this process, asked to end, ends once {@link #noteEnd} was called, or after two seconds. */
    public void watchProcess() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
    }

    private void stop() {
        stopping.countDown();
        try {
            ended.await(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // then it ends without
        }
    }

    /** Whether the command is to stop. */
    public boolean isStopped() {
        return stopping.getCount() == 0;
    }

    /**
     * Waits so long, in ms, or until the command is to stop.
     *
     * @return whether it is
     */
    boolean await(long ms) throws InterruptedException {
        return stopping.await(ms, TimeUnit.MILLISECONDS);
    }

    /** The command has done what was on its way. */
    public void noteEnd() {
        ended.countDown();
    }
}
