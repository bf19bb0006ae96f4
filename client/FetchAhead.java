package client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fetches the next batch while the current one is used. For one thread. */
final class FetchAhead {
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "fetcher");
        thread.setDaemon(true);
        return thread;
    });

    /** The batch that is being fetched; null if there is none. */
    private Future<byte[]> prefetched;

    /** Returns a batch; null if there are no messages. */
    interface Fetch {
        byte[] run() throws InterruptedException;
    }

    /** Whether a batch is being fetched. The broker may have delivered it already. */
    boolean isUnderWay() {
        return prefetched != null;
    }

    /**
     * Returns the batch that was fetched ahead, or fetches one now.
     *
     * @param mayFetchMore whether to fetch another batch ahead if this one has messages
     */
    byte[] next(Fetch fetch, boolean mayFetchMore) throws InterruptedException {
        Future<byte[]> due = prefetched;
        prefetched = null;
        byte[] messages = due == null ? fetch.run() : await(due);
        prefetched = messages != null && mayFetchMore ? fetcher.submit(fetch::run) : null;
        return messages;
    }

    /** Waits for the batch that is being fetched, and discards it. */
    void drop() throws InterruptedException {
        if (prefetched != null) {
            try {
                await(prefetched);
            } catch (RuntimeException e) {
                // there is nothing to discard
            }
            prefetched = null;
        }
    }

    private static byte[] await(Future<byte[]> fetch) throws InterruptedException {
        try {
            return fetch.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new IllegalStateException("Cannot fetch messages: " + e.getCause(), e); // such as an OutOfMemoryError
        }
    }
}
