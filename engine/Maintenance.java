package engine;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Periodic work for topics, outside of requests: drops expired messages, and maintains the files of the journals. Stateless.
 */
final class Maintenance {
    private static final int TOPICS_AT_ONCE = 16;

    private Maintenance() {}

    /**
     * Maintains topics, up to {@value #TOPICS_AT_ONCE} in parallel.
     *
     * @param executor for tasks that may wait for a disk
     * @return completes when all are done, with STORAGE_FULL if one has failed; the others are maintained nevertheless
     */
    static CompletableFuture<Void> run(Collection<Topic> topics, Executor executor) {
        Queue<Topic> left = new ConcurrentLinkedQueue<>(topics);
        List<CompletableFuture<Void>> workers = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> maintainAll(left), executor))
                .limit(Math.min(TOPICS_AT_ONCE, topics.size()))
                .collect(Collectors.toList());
        return CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new));
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
