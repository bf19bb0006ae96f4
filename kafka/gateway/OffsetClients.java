package kafka.gateway;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka clients for the offsets of the consumers that are used often. Such a client knows which node has the offsets. Kafka's admin client
 * asks for that node at every call, which doubles the time. The clients never join their group. Safe for any number of threads.
 */
final class OffsetClients implements AutoCloseable {
    /** Each client has two connections to Kafka. */
    private static final int MAX_CLIENTS = 32;

    /** The maximum number of ids for which the last use is known. */
    private static final int MAX_IDS = 1_000;

    /** A consumer that is used again within this time, in ns, gets a client. One that is not used for ten times as long may lose it. */
    private static final long OFTEN_NANOS = 1_000_000_000L;

    private final Cluster cluster;

    /** By id. A client that is in use is not here. The one that was not used for the longest time is the first. */
    private final Map<String, OffsetClient> idle = new LinkedHashMap<>();

    /** By id, the time of the last use without a client, in ns. */
    private final Map<String, Long> lastUse = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_IDS;
        }
    };

    private int created;
    private boolean isClosed;

    OffsetClients(Cluster cluster) {
        this.cluster = cluster;
    }

    /** For one thread at a time. */
    static final class OffsetClient {
        private final Set<TopicPartition> partitions;
        private final KafkaConsumer<byte[], byte[]> client;
        private long releasedNanos;

        private OffsetClient(KafkaConsumer<byte[], byte[]> client, Set<TopicPartition> partitions) {
            this.client = client;
            this.partitions = partitions;
        }

        /** The committed offsets of the partitions of the consumer. Those that do not exist are null. */
        Map<TopicPartition, OffsetAndMetadata> committed() {
            return client.committed(partitions, Duration.ofMillis(CallDeadline.leftMs()));
        }

        void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            client.commitSync(offsets, Duration.ofMillis(CallDeadline.leftMs()));
        }

        private void close() {
            client.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /** Returns null if the consumer has no client, or another call uses it. The caller releases or discards it. */
    synchronized OffsetClient acquire(String id) {
        return idle.remove(id);
    }

    void release(String id, OffsetClient client) {
        client.releasedNanos = System.nanoTime();
        if (!keep(id, client)) {
            client.close();
        }
    }

    private synchronized boolean keep(String id, OffsetClient client) {
        boolean isKept = !isClosed && idle.putIfAbsent(id, client) == null;
        created -= isKept ? 0 : 1;
        return isKept;
    }

    /** Closes a client that failed or that is of another topic. */
    void discard(OffsetClient client) {
        synchronized (this) {
            created--;
        }
        client.close();
    }

    /** Closes the client of a consumer that was deleted. */
    void forget(String id) {
        OffsetClient client = acquire(id);
        if (client != null) {
            discard(client);
        }
    }

    /**
     * Notes that a consumer was used without a client. If it is used often, and there are not too many clients, it gets one.
     *
     * @param group the Kafka group with its offsets
     */
    void noteUse(String id, String group, Set<TopicPartition> partitions) {
        if (!mayCreate(id)) {
            return;
        }
        KafkaConsumer<byte[], byte[]> client;
        try {
            client = cluster.consumer(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group));
        } catch (KafkaException e) { // the admin client still works
            synchronized (this) {
                created--;
            }
            return;
        }
        release(id, new OffsetClient(client, Set.copyOf(partitions)));
    }

    private synchronized boolean mayCreate(String id) {
        long now = System.nanoTime();
        Long last = lastUse.remove(id);
        lastUse.put(id, now);
        if (isClosed || last == null || now - last > OFTEN_NANOS || idle.containsKey(id)) {
            return false;
        }
        if (created >= MAX_CLIENTS && !closeOldest(now)) {
            return false;
        }
        created++;
        return true;
    }

    private boolean closeOldest(long now) {
        Iterator<OffsetClient> clients = idle.values().iterator();
        if (!clients.hasNext()) {
            return false;
        }
        OffsetClient oldest = clients.next();
        if (now - oldest.releasedNanos < 10 * OFTEN_NANOS) {
            return false;
        }
        clients.remove();
        created--;
        oldest.close();
        return true;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        idle.values().forEach(OffsetClient::close);
        idle.clear();
    }
}
