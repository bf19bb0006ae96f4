package kafka.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.EngineException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * The membership of a consumer in a Kafka group. A thread takes part in the rebalances and commits offsets, so that no rebalance waits for
 * a client of the gateway. All partitions are paused: {@link PartitionReaders} read the messages.
 *
 * <p>The consumer is a static member ({@code group.instance.id}, KIP-345). If another gateway joins for the same consumer, it takes over
 * without a rebalance, and Kafka fences this membership: all later calls fail with {@link MovedException}.
 *
 * <p>Safe for any number of threads.
 */
final class Membership {
    /** How often Kafka is asked whether there is a rebalance, in ms. */
    private static final int HEARTBEAT_MS = 200;

    /** Kafka refuses session timeouts outside of this range, by default, in ms. */
    private static final long MIN_SESSION_TIMEOUT_MS = 6_000;

    private static final long MAX_SESSION_TIMEOUT_MS = 1_800_000;
    private static final Duration WHILE_JOINING = Duration.ofMillis(20);
    private static final int IDLE_MS = 100;
    private static final int PAUSE_AFTER_FAILURE_MS = 200;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final String topic;
    private final Map<String, Object> settings;
    private final Runnable onChange;
    private final BlockingQueue<Consumer<KafkaConsumer<byte[], byte[]>>> tasks = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Fails at the end, with a {@link MovedException}. */
    private final CompletableFuture<Void> moved = ended.thenRun(() -> {
        throw new MovedException();
    });

    /** Is not done during a rebalance. */
    @GuardedBy("this")
    private CompletableFuture<Assignment> assignment = new CompletableFuture<>();

    /** Null until the end. */
    private volatile GroupMembershipOperation atEnd;

    @GuardedBy("this")
    private Assignment last = new Assignment(-1, new TreeMap<>());

    /**
     * The partitions of the member.
     *
     * @param generation of the group
     * @param since by partition, the generation in which the member got it
     */
    record Assignment(int generation, SortedMap<Integer, Integer> since) {
        private Assignment next(int nextGeneration, Collection<TopicPartition> partitions) {
            boolean isDirectlyAfter = nextGeneration == generation + 1 || nextGeneration == generation;
            SortedMap<Integer, Integer> next = new TreeMap<>();
            for (TopicPartition one : partitions) {
                Integer before = isDirectlyAfter ? since.get(one.partition()) : null;
                next.put(one.partition(), before == null ? nextGeneration : before);
            }
            return new Assignment(nextGeneration, next);
        }
    }

    /** Another gateway serves the consumer now. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class MovedException extends RuntimeException {
        MovedException() {
            super("another gateway serves the consumer", null, false, false);
        }
    }

    /** The generation has ended, so that nothing was committed. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class RebalancedException extends RuntimeException {
        RebalancedException() {
            super("the group was rebalanced", null, false, false);
        }
    }

    /**
     * Begins to join.
     *
     * @param instanceId of the static member
     * @param url of this gateway, for other gateways
     * @param onChange is called after each change of the assignment, also when the membership ends
     */
    Membership(
            Cluster cluster,
            String group,
            String topic,
            String instanceId,
            String url,
            long sessionTimeoutMs,
            Runnable onChange) {
        this.cluster = cluster;
        this.topic = topic;
        this.onChange = onChange;
        this.settings = Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                instanceId,
                ConsumerConfig.CLIENT_ID_CONFIG,
                url,
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(StickyAssignor.class, RangeAssignor.class), // other clients of Kafka have the latter
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) Math.max(MIN_SESSION_TIMEOUT_MS, Math.min(sessionTimeoutMs, MAX_SESSION_TIMEOUT_MS)),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                HEARTBEAT_MS);
        Thread thread = new Thread(this::run, "member " + instanceId);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The partitions of the member. Waits for the end of a rebalance.
     *
     * @throws EngineException UPSTREAM_UNAVAILABLE
     * @throws MovedException see there
     */
    Assignment assignment() {
        return result(pending());
    }

    private synchronized CompletableFuture<Assignment> pending() {
        return assignment;
    }

    private synchronized boolean isStableIn(int generation) {
        return assignment.isDone() && last.generation == generation;
    }

    private synchronized void beginRebalance() {
        if (assignment.isDone()) {
            assignment = new CompletableFuture<>();
        }
    }

    /** Whether another gateway has taken over, or {@link #end} was called. */
    boolean isEnded() {
        return ended.isDone() || atEnd != null;
    }

    /**
     * Commits offsets.
     *
     * @param generation in which the member owns the partitions
     * @throws RebalancedException if this is not the current generation
     * @throws MovedException see there
     * @throws EngineException UPSTREAM_UNAVAILABLE; then it is unknown whether the offsets were committed
     */
    void commit(int generation, Map<TopicPartition, OffsetAndMetadata> offsets) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        tasks.add(consumer -> {
            try {
                if (committed.isDone()) {
                    return; // the caller has given up
                }
                if (!isStableIn(generation)) {
                    throw new RebalancedException();
                }
                consumer.commitSync(offsets, Duration.ofMillis(CallDeadline.CALL_MS));
                committed.complete(null);
            } catch (RebalanceInProgressException | CommitFailedException e) {
                committed.completeExceptionally(new RebalancedException());
            } catch (FencedInstanceIdException e) {
                committed.completeExceptionally(new MovedException());
                throw e;
            } catch (RuntimeException e) {
                committed.completeExceptionally(e);
            }
        });
        try {
            result(CompletableFuture.anyOf(committed, moved));
        } finally {
            committed.cancel(false);
        }
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return Cluster.await(future);
        } catch (EngineException e) {
            Throwable cause = future.isDone()
                    ? UpstreamErrors.cause(
                            future.handle((value, failure) -> failure).join())
                    : null;
            if (cause instanceof MovedException || cause instanceof RebalancedException) {
                throw (RuntimeException) cause;
            }
            throw e;
        }
    }

    /** Joins again at once, because another member has left in this generation. Without it, the next heartbeat would notice that. */
    synchronized void rebalance(int generation) {
        if (isStableIn(generation)) {
            beginRebalance();
            tasks.add(consumer -> {
                if (isAfter(generation)) {
                    consumer.enforceRebalance();
                }
            });
        }
    }

    private synchronized boolean isAfter(int generation) {
        return last.generation == generation;
    }

    /** The generation of the last assignment; -1 if there was none. */
    synchronized int generation() {
        return last.generation;
    }

    /**
     * Ends the membership.
     *
     * @param leaves whether the other members get its partitions at once
     * @return completes at the end
     */
    CompletableFuture<Void> end(boolean leaves) {
        atEnd = leaves ? GroupMembershipOperation.LEAVE_GROUP : GroupMembershipOperation.REMAIN_IN_GROUP;
        tasks.add(consumer -> {}); // ends the wait for a task
        return ended;
    }

    private void run() {
        KafkaConsumer<byte[], byte[]> consumer = null;
        try {
            consumer = cluster.consumer(settings);
            consumer.subscribe(List.of(topic), new Listener(consumer));
            while (atEnd == null) {
                step(consumer);
            }
        } catch (FencedInstanceIdException | InterruptedException e) {
            atEnd = GroupMembershipOperation.REMAIN_IN_GROUP;
        } finally {
            if (consumer != null) {
                close(consumer);
            }
            fail(new MovedException());
            ended.complete(null);
            onChange.run();
        }
    }

    private void step(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        try {
            boolean isStable = pending().isDone();
            Consumer<KafkaConsumer<byte[], byte[]>> task =
                    isStable ? tasks.poll(IDLE_MS, TimeUnit.MILLISECONDS) : tasks.poll();
            if (task != null) {
                task.accept(consumer);
            }
            if (atEnd == null) {
                consumer.poll(isStable ? Duration.ZERO : WHILE_JOINING);
            }
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) { // such as a missing right: the calls that wait fail, and later ones try again
            CompletableFuture<Assignment> failed = pending();
            if (!failed.isDone()) {
                fail(e);
                beginRebalance();
            }
            Thread.sleep(PAUSE_AFTER_FAILURE_MS);
        }
    }

    /** All calls that wait for an assignment fail, and so do later ones. */
    private void fail(RuntimeException reason) {
        CompletableFuture<Assignment> failed = new CompletableFuture<>();
        failed.completeExceptionally(reason);
        CompletableFuture<Assignment> before;
        synchronized (this) {
            before = assignment;
            assignment = failed;
        }
        before.completeExceptionally(reason);
    }

    private void assigned(int generation, Collection<TopicPartition> partitions) {
        CompletableFuture<Assignment> waiting;
        Assignment next;
        synchronized (this) {
            next = last.next(generation, partitions);
            last = next;
            beginRebalance();
            waiting = assignment;
        }
        waiting.complete(next);
    }

    private synchronized void lost() {
        beginRebalance();
        last = new Assignment(-1, new TreeMap<>());
    }

    private void close(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(atEnd));
        } catch (KafkaException e) {
            // Kafka removes the member after its session timeout
        }
    }

    /** Runs on the thread of the membership. */
    private final class Listener implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Listener(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            beginRebalance();
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lost();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Collection<TopicPartition> all = consumer.assignment();
            consumer.pause(all);
            all.forEach(partition -> consumer.seek(partition, 0)); // so that it does not ask for the committed offsets
            assigned(consumer.groupMetadata().generationId(), all);
            onChange.run();
        }
    }
}
