package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.history.History;

/**
 * The broker is killed under the load of Kafka's producers and consumers, and comes back. The history of the clients has no anomaly: the
 * producers are idempotent and send again what got no answer, so that nothing is lost, doubled or out of order.
 */
@Timeout(600)
class KafkaFaultTest {
    private static final String TOPIC = "faults";
    private static final int PARTITIONS = 3;
    private static final int PRODUCERS = 2;
    private static final int CONSUMERS = 2;
    private static final int KILLS = 3;
    private static final int MESSAGES_BETWEEN_KILLS = 2000;

    @TempDir
    private Path folder;

    private final History history = new History();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean isEnding;
    private volatile boolean isOver;
    private KafkaBrokerProcess broker;

    @ParameterizedTest
    @ValueSource(strings = {"always", "interval"})
    void nothing_is_lost_or_doubled_when_the_broker_is_killed(String fsync) throws Exception {
        broker = KafkaBrokerProcess.start("--data-dir", folder.resolve("data").toString(), "--fsync", fsync);
        broker.http().post("/topics/register", "topic", TOPIC, "partitions", PARTITIONS);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> producers = new ArrayList<>();
            List<Future<?>> consumers = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                String name = "producer-" + i;
                producers.add(threads.submit(() -> produce(name)));
            }
            for (int i = 0; i < CONSUMERS; i++) {
                String name = "consumer-" + i;
                consumers.add(threads.submit(() -> consume(name)));
            }
            for (int kill = 0; kill <= KILLS; kill++) {
                int before = acknowledged.size();
                Await.until(
                        "messages are acknowledged",
                        Duration.ofMinutes(2),
                        () -> acknowledged.size() >= before + MESSAGES_BETWEEN_KILLS);
                if (kill < KILLS) {
                    broker.kill();
                    broker = broker.restarted();
                }
            }
            isEnding = true;
            for (Future<?> producer : producers) {
                producer.get();
            }
            Await.until("the group has all messages", Duration.ofMinutes(2), () -> delivered.containsAll(acknowledged));
            isOver = true;
            for (Future<?> consumer : consumers) {
                consumer.get();
            }
            new RecordedClient(broker.http(), history).readToEnd("reader", TOPIC, false);
            assertEquals(List.of(), history.findings());
            assertEquals(0, failures.get());
            assertEquals("", broker.stderr());
        } finally {
            isEnding = true;
            isOver = true;
            threads.shutdown();
            broker.close();
        }
    }

    private Map<String, Object> settings(Object... more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put((String) more[i], more[i + 1]);
        }
        return settings;
    }

    private void produce(String name) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                settings("delivery.timeout.ms", 120_000, "request.timeout.ms", 5_000, "linger.ms", 1),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; !isEnding; i++) {
                String value = name + "." + i;
                producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value), (place, failure) -> {
                    if (failure != null) {
                        failures.incrementAndGet();
                        return;
                    }
                    history.sent(
                            name, RecordedClient.partition(TOPIC, place.partition()), place.offset(), List.of(value));
                    acknowledged.add(value);
                });
                if (i % 50 == 0) {
                    producer.flush();
                }
            }
        }
    }

    private void consume(String name) {
        AtomicInteger rebalances = new AtomicInteger();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                settings(
                        "group.id",
                        "group",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "session.timeout.ms",
                        10_000,
                        "request.timeout.ms",
                        12_000),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    rebalances.incrementAndGet();
                }

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    rebalances.incrementAndGet();
                }
            });
            while (!isOver) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
                records.partitions()
                        .forEach(partition -> polled(name + "#" + rebalances, partition, records.records(partition)));
                commit(consumer);
            }
        }
    }

    private void polled(String name, TopicPartition partition, List<ConsumerRecord<String, String>> records) {
        List<String> values = records.stream().map(ConsumerRecord::value).toList();
        history.polled(
                name,
                RecordedClient.partition(TOPIC, partition.partition()),
                records.get(0).offset(),
                values);
        delivered.addAll(values);
    }

    /** What cannot be committed is delivered again. */
    private static void commit(KafkaConsumer<String, String> consumer) {
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            // a rebalance, or the broker is down
        } catch (KafkaException e) {
            assertTrue(e.getCause() instanceof RetriableException, e.toString());
        }
    }
}
