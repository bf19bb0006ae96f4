package kafka.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.Scheduler;
import engine.WaitQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Wakes the calls that wait for messages. One consumer reads the ends of all topics that calls wait for:
 *
 * <ol>
 * <li>A call finds no messages, and calls {@link #watch}. It returns when the consumer stands at the end of the topic.
 * <li>The call looks for messages again. A message that arrived before step 1 is found now. A later one is seen by the consumer.
 * <li>The call waits in the {@link WaitQueue} of the topic, which the consumer wakes.
 * <li>A topic that no call asks for is no longer read after some seconds.
 * </ol>
 *
 * <p>Safe for any number of threads.
 */
final class TailWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    /** How long a fetch waits for a message, in ms: briefly, because a new topic has to wait for the end of the fetch. */
    private static final int FETCH_WAIT_MS = 20;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

    /** How long a topic is read after the last call, in ns. It is longer than the longest wait of a call. */
    private static final long KEEP_NANOS = 70_000_000_000L;

    private final Cluster cluster;
    private final TopicCatalog topics;
    private final Map<String, WaitQueue> queues = new ConcurrentHashMap<>();

    /** When a call asked last, in ns, by topic. */
    @GuardedBy("itself")
    private final Map<String, Long> lastAsked = new HashMap<>();

    @GuardedBy("lastAsked")
    private Set<TopicPartition> watched = Set.of();

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "tail-watch");
    private volatile boolean isClosed;

    /** Null after a failure. */
    private volatile KafkaConsumer<byte[], byte[]> consumer;

    private record Request(Map<TopicPartition, Long> ends, CompletableFuture<Void> ready) {}

    TailWatch(Cluster cluster, TopicCatalog topics) {
        this.cluster = cluster;
        this.topics = topics;
        thread.setDaemon(true);
        thread.start();
    }

    /** The calls that wait for messages of a topic. */
    WaitQueue queue(String topic) {
        return queues.computeIfAbsent(topic, absent -> new WaitQueue(Scheduler.SYSTEM));
    }

    /** Wakes all waiting calls. */
    void wakeAll() {
        queues.values().forEach(WaitQueue::wake);
    }

    /**
     * Returns when a later message of these partitions will wake the queue of their topic.
     *
     * @throws engine.EngineException TOPIC_NOT_FOUND, UPSTREAM_UNAVAILABLE
     */
    void watch(List<TopicPartition> partitions) {
        if (isWatched(partitions)) {
            return;
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        requests.add(new Request(topics.ends(partitions), ready));
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        Cluster.await(ready);
    }

    private boolean isWatched(List<TopicPartition> partitions) {
        synchronized (lastAsked) {
            lastAsked.put(partitions.get(0).topic(), System.nanoTime());
            return watched.containsAll(partitions);
        }
    }

    private void run() {
        while (!isClosed) {
            try (KafkaConsumer<byte[], byte[]> created = cluster.consumer(Map.of(
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                    1, // a fetch gives at least one record batch
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                    1 << 20,
                    ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                    FETCH_WAIT_MS))) {
                consumer = created;
                watchEnds(created);
            } catch (RuntimeException e) {
                consumer = null;
                failAll(e);
            }
        }
        failAll(new IllegalStateException("the gateway stops"));
    }

    private void watchEnds(KafkaConsumer<byte[], byte[]> tail) {
        while (!isClosed) {
            try {
                assignRequested(tail);
                if (tail.assignment().isEmpty()) {
                    Request next = requests.poll(POLL.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
                    if (next != null) {
                        requests.add(next);
                    }
                } else {
                    tail.poll(POLL).partitions().stream()
                            .map(TopicPartition::topic)
                            .distinct()
                            .forEach(topic -> queue(topic).wake());
                }
            } catch (WakeupException e) {
                // there are new requests
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void assignRequested(KafkaConsumer<byte[], byte[]> tail) {
        List<Request> asked = new ArrayList<>();
        requests.drainTo(asked);
        try {
            assign(tail, asked);
            asked.forEach(request -> request.ready.complete(null));
        } catch (RuntimeException e) {
            asked.forEach(request -> request.ready.completeExceptionally(e));
            throw e;
        }
    }

    /** Adds the requested partitions, at their ends, and removes those that no call has asked for recently. */
    private void assign(KafkaConsumer<byte[], byte[]> tail, List<Request> asked) {
        Set<TopicPartition> wanted = stillWatched(tail.assignment());
        Map<TopicPartition, Long> added = new HashMap<>();
        for (Request request : asked) {
            request.ends.forEach((partition, end) -> {
                if (!wanted.contains(partition)) {
                    added.merge(partition, end, Math::min);
                }
            });
        }
        wanted.addAll(added.keySet());
        if (!wanted.equals(tail.assignment())) {
            tail.assign(wanted);
            added.forEach(tail::seek);
        }
        synchronized (lastAsked) {
            watched = Set.copyOf(wanted);
        }
    }

    private Set<TopicPartition> stillWatched(Set<TopicPartition> assigned) {
        synchronized (lastAsked) {
            lastAsked.values().removeIf(nanos -> System.nanoTime() - nanos > KEEP_NANOS);
            Set<TopicPartition> kept = new HashSet<>(assigned);
            Set<String> topicsAsked = Set.copyOf(lastAsked.keySet());
            kept.removeIf(partition -> !topicsAsked.contains(partition.topic()));
            watched = Set.copyOf(kept);
            return kept;
        }
    }

    /** All waiting calls try again, and find out themselves whether Kafka is there. */
    private void failAll(RuntimeException e) {
        synchronized (lastAsked) {
            watched = Set.of();
        }
        List<Request> failed = new ArrayList<>();
        requests.drainTo(failed);
        failed.forEach(request -> request.ready.completeExceptionally(e));
        wakeAll();
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } catch (InterruptedException interrupted) {
            isClosed = true;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }
}
