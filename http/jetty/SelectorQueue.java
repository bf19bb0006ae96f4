package http.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on the thread of a selector, which otherwise reads and answers requests. One wake-up serves many tasks:
 *
 * <ol>
 * <li>In each iteration of its event loop, a selector waits until connections are readable, and serves each of them.
 * <li>Before it waits again, it runs the tasks of this queue.
 * <li>If it is waiting, the first task wakes it.
 * </ol>
 *
 * <p>Tasks must not block. Safe for any number of threads.
 */
public final class SelectorQueue implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    /** The maximum number of tasks before connections are served again. */
    private static final int MAX_AT_ONCE = 256;

    private static final ThreadLocal<SelectorQueue> CURRENT = new ThreadLocal<>();

    private final ManagedSelector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isSubmitted = new AtomicBoolean();
    private final ManagedSelector.SelectorUpdate update = this::runTasks;

    SelectorQueue(ManagedSelector selector) {
        this.selector = selector;
    }

    /** The queue of the selector that serves the connection of a request. */
    public static SelectorQueue of(Request request) {
        return of(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    static SelectorQueue of(EndPoint endPoint) {
        return innermost(endPoint).queue();
    }

    /** The end point of the connection of a request, below TLS. */
    static QueuedEndPoint endPointOf(Request request) {
        return innermost(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    private static QueuedEndPoint innermost(EndPoint endPoint) {
        EndPoint innermost = endPoint;
        while (innermost instanceof EndPoint.Wrapper) {
            innermost = ((EndPoint.Wrapper) innermost).unwrap();
        }
        return (QueuedEndPoint) innermost;
    }

    SocketChannelEndPoint newEndPoint(SocketChannel channel, SelectionKey key, Scheduler scheduler) {
        return new QueuedEndPoint(channel, key, scheduler);
    }

    /** The end point of a connection, which knows the queue of its selector, and counts what it sends. */
    final class QueuedEndPoint extends SocketChannelEndPoint {
        private final AtomicLong flushed = new AtomicLong();

        QueuedEndPoint(SocketChannel channel, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        SelectorQueue queue() {
            return SelectorQueue.this;
        }

        /** The number of bytes that the network has taken. */
        long flushed() {
            return flushed.get();
        }

        @Override
        public boolean flush(ByteBuffer... buffers) throws IOException {
            long before = BufferUtil.remaining(buffers);
            boolean isFlushed = super.flush(buffers);
            flushed.addAndGet(before - BufferUtil.remaining(buffers));
            return isFlushed;
        }
    }

    /**
     * Runs a task at the end of the iteration if the calling thread serves a connection, otherwise immediately. A task that starts another
     * thread can then do so once for all requests of the iteration.
     */
    public static void atEndOfIteration(Runnable task) {
        SelectorQueue current = CURRENT.get();
        if (current == null) {
            task.run();
        } else {
            current.execute(task);
        }
    }

    /** Whether the calling thread serves a connection, or runs a task of a queue. */
    static boolean isServing() {
        return CURRENT.get() != null;
    }

    /** Serves a connection on the calling thread. */
    void serve(Runnable connection) {
        SelectorQueue before = CURRENT.get(); // a task of a queue may serve a connection
        CURRENT.set(this);
        try {
            connection.run();
        } finally {
            CURRENT.set(before);
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        try {
            submit();
        } catch (Throwable e) { // such as an OutOfMemoryError
            tasks.remove(task);
            throw e;
        }
    }

    private void submit() {
        if (isSubmitted.compareAndSet(false, true)) {
            try {
                selector.submit(update);
            } catch (Throwable e) {
                isSubmitted.set(false);
                throw e;
            }
        }
    }

    private void runTasks(Selector ignored) {
        isSubmitted.set(false); // reset first, so that a task that is added from now on submits the update again
        try {
            for (int i = 0; i < MAX_AT_ONCE; i++) {
                Runnable task = tasks.poll();
                if (task == null) {
                    return;
                }
                run(task);
            }
        } finally {
            if (!tasks.isEmpty()) {
                submit();
            }
        }
    }

    private void run(Runnable task) {
        try {
            serve(task);
        } catch (Throwable e) { // such as an OutOfMemoryError: the other tasks must still run
            LOG.error("A task of a connection failed unexpectedly", e);
        }
    }
}
