package client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Fetches the next batch while the one before it is used. For one thread. */
final class FetchAhead {
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "fetcher");
        thread.setDaemon(true);
        return thread;
    });

    /** Null if none is on its way. */
    private Future<byte[]> prefetched;

    /** Gives a batch; null if there are no messages. */
    interface Fetch {
        byte[] run() throws InterruptedException;
    }

    /** Whether a batch is on its way, which may have been delivered. */
    boolean isUnderWay() {
        return prefetched != null;
    }

    /**
     * The batch that is on its way, or one that is fetched now.
     *
     * @param mayFetchMore whether to fetch another one if this one has messages
     */
    byte[] next(Fetch fetch, boolean mayFetchMore) throws InterruptedException {
        Future<byte[]> due = prefetched;
        prefetched = null;
        byte[] messages = due == null ? fetch.run() : await(due);
        prefetched = messages != null && mayFetchMore ? fetcher.submit(fetch::run) : null;
        return messages;
    }

    /** Waits for the batch that is on its way, and forgets it. */
    void drop() throws InterruptedException {
        if (prefetched != null) {
            try {
                await(prefetched);
            } catch (RuntimeException e) {
                // it did not come
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
            throw new IllegalStateException("Cannot go on: " + e.getCause(), e); // out of memory, say
        }
    }
}
