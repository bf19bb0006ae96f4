package engine;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Periodic work for topics, outside of requests: drops expired messages, and maintains the files of the journals. Stateless.
 */
final class Maintenance {
    private static final int TOPICS_AT_ONCE = 16;

    private Maintenance() {}

    /**
     * Maintains topics, up to {@value #TOPICS_AT_ONCE} in parallel, and waits until all are done.
     *
     * @throws EngineException STORAGE_FULL if it failed for a topic; the others are maintained nevertheless
     */
    static void run(Collection<Topic> topics) {
        Queue<Topic> left = new ConcurrentLinkedQueue<>(topics);
        List<CompletableFuture<Void>> workers = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> maintainAll(left), DiskThreads.pool()))
                .limit(Math.min(TOPICS_AT_ONCE, topics.size()))
                .collect(Collectors.toList());
        try {
            CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EngineException ? (EngineException) e.getCause() : e;
        }
    }

    private static void maintainAll(Queue<Topic> left) {
        EngineException failure = null;
        for (Topic topic; (topic = left.poll()) != null; ) {
            try {
                topic.maintain();
            } catch (EngineException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
