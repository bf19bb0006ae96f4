package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's clients and HTTP on the same topics. */
class KafkaProtocolTest {
    private static KafkaBrokerProcess broker;
    private static Http http;

    @BeforeAll
    static void start() throws IOException {
        broker = KafkaBrokerProcess.shared();
        http = broker.http();
    }

    private static KafkaProducer<byte[], byte[]> producer(String... settings) {
        return new KafkaProducer<>(settings(settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> settings(String... more) {
        Map<String, Object> settings = new java.util.HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** Reads messages of partition 0 from the start, without a group. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Await.until(count + " messages of " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void any_bytes_pass_between_kafka_and_http(String compression) throws Exception {
        String topic = "protocol.bytes." + compression;
        Random random = new Random(compression.hashCode());
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer("compression.type", compression)) {
            for (int i = 0; i < 300; i++) {
                List<Header> headers = new ArrayList<>();
                for (int j = random.nextInt(4); j > 0; j--) {
                    headers.add(new RecordHeader(List.of("a", "b", "é").get(random.nextInt(3)), bytes(random)));
                }
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topic, 0, bytes(random), bytes(random), headers);
                sent.add(record);
                producer.send(record);
            }
        }
        assertSame(sent, read(topic, sent.size()));
        String copy = topic + ".copy";
        http.post("/topics/register", "topic", copy);
        JsonNode messages =
                http.get("/topics/" + topic + "/messages?max_messages=1000").get("messages");
        assertEquals(sent.size(), messages.size());
        for (int i = 0; i < sent.size(); i++) {
            JsonNode message = messages.get(i);
            assertArrayEquals(sent.get(i).key(), member(message, "key"), message.toString());
            assertArrayEquals(sent.get(i).value(), member(message, "value"), message.toString());
        }
        List<ProducerRecord<byte[], byte[]>> withKeyOrValue = new ArrayList<>();
        List<JsonNode> accepted = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) { // HTTP refuses a message that has neither
            if (sent.get(i).key() != null || sent.get(i).value() != null) {
                withKeyOrValue.add(sent.get(i));
                accepted.add(messages.get(i));
            }
        }
        assertEquals(
                200,
                http.post("/produce/batch", "{\"topic\":\"" + copy + "\",\"messages\":" + accepted + "}")
                        .status());
        assertSame(withKeyOrValue, read(copy, withKeyOrValue.size()));
    }

    /** Null, text or bytes. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        int kind = random.nextInt(5);
        return kind == 0 ? null : kind < 3 ? ("text \"é\n" + random.nextInt()).getBytes(UTF_8) : bytes;
    }

    private static byte[] member(JsonNode message, String name) {
        return message.hasNonNull(name)
                ? message.get(name).asText().getBytes(UTF_8)
                : message.has(name + "_base64")
                        ? Base64.getDecoder()
                                .decode(message.get(name + "_base64").asText())
                        : null;
    }

    private static void assertSame(
            List<ProducerRecord<byte[], byte[]>> sent, List<ConsumerRecord<byte[], byte[]>> read) {
        assertEquals(sent.size(), read.size());
        for (int i = 0; i < sent.size(); i++) {
            assertEquals(i, read.get(i).offset());
            assertArrayEquals(sent.get(i).key(), read.get(i).key());
            assertArrayEquals(sent.get(i).value(), read.get(i).value());
            assertEquals(sent.get(i).headers(), read.get(i).headers());
        }
    }

    @Test
    void a_message_has_the_offset_and_the_time_that_http_shows() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.send(new ProducerRecord<>("protocol.place", "a".getBytes(UTF_8)))
                    .get();
            RecordMetadata second = producer.send(new ProducerRecord<>("protocol.place", "b".getBytes(UTF_8)))
                    .get();
            JsonNode message = http.get("/topics/protocol.place/messages?offset=1")
                    .get("messages")
                    .get(0);
            assertEquals(1, second.offset());
            assertEquals(message.get("timestamp").asLong(), second.timestamp());
            assertEquals(
                    message.get("timestamp").asLong(),
                    read("protocol.place", 2).get(1).timestamp());
        }
    }

    @Test
    void a_fetch_at_the_end_waits_for_a_message_of_http() {
        http.post("/topics/register", "topic", "protocol.wait");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings("fetch.max.wait.ms", "3000"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("protocol.wait", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertTrue(consumer.poll(Duration.ofMillis(500)).isEmpty());
            http.post("/produce", "topic", "protocol.wait", "value", "come");
            assertEquals(
                    "come",
                    new String(
                            consumer.poll(Duration.ofSeconds(20))
                                    .iterator()
                                    .next()
                                    .value(),
                            UTF_8));
        }
    }

    @Test
    void a_key_has_the_same_partition_in_both() throws Exception {
        http.post("/topics/register", "topic", "protocol.keys", "partitions", 7);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < 50; i++) {
                byte[] key = ("key " + i).getBytes(UTF_8);
                RecordMetadata sent = producer.send(new ProducerRecord<>("protocol.keys", key, key))
                        .get();
                int partition = http.post("/produce", "topic", "protocol.keys", "key", "key " + i, "value", "v")
                        .get("partition")
                        .asInt();
                assertEquals(partition, sent.partition());
            }
        }
    }

    @Test
    void offsets_are_found_by_time() throws Exception {
        try (Admin admin = Admin.create(settings());
                KafkaProducer<byte[], byte[]> producer = producer()) {
            TopicPartition partition = new TopicPartition("protocol.offsets", 0);
            producer.send(new ProducerRecord<>("protocol.offsets", new byte[1])).get();
            long first = read("protocol.offsets", 1).get(0).timestamp();
            Await.until("a later time", () -> System.currentTimeMillis() > first);
            producer.send(new ProducerRecord<>("protocol.offsets", new byte[2])).get();
            long second = read("protocol.offsets", 2).get(1).timestamp();
            assertEquals(0, offset(admin, partition, OffsetSpec.earliest()));
            assertEquals(2, offset(admin, partition, OffsetSpec.latest()));
            assertEquals(0, offset(admin, partition, OffsetSpec.forTimestamp(first)));
            assertEquals(1, offset(admin, partition, OffsetSpec.forTimestamp(first + 1)));
            assertEquals(-1, offset(admin, partition, OffsetSpec.forTimestamp(second + 1)));
            assertEquals(1, offset(admin, partition, OffsetSpec.maxTimestamp()));
        }
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec spec) throws Exception {
        return admin.listOffsets(Map.of(partition, spec))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Test
    void topics_are_created_and_deleted() throws Exception {
        try (Admin admin = Admin.create(settings())) {
            admin.createTopics(List.of(
                            new NewTopic("protocol.admin", 3, (short) 1).configs(Map.of("retention.ms", "3600000"))))
                    .all()
                    .get();
            JsonNode topic = http.get("/topics/protocol.admin").json();
            assertEquals(3, topic.get("partitions").size());
            assertEquals(3_600_000, topic.get("max_age_ms").asInt());
            assertInstanceOf(
                    TopicExistsException.class,
                    failure(admin.createTopics(List.of(new NewTopic("protocol.admin", 1, (short) 1)))
                            .all()));
            assertInstanceOf(
                    InvalidReplicationFactorException.class,
                    failure(admin.createTopics(List.of(new NewTopic("protocol.three", 1, (short) 3)))
                            .all()));
            admin.deleteTopics(List.of("protocol.admin")).all().get();
            assertEquals(404, http.get("/topics/protocol.admin").status());
            assertInstanceOf(
                    UnknownTopicOrPartitionException.class,
                    failure(admin.deleteTopics(List.of("protocol.admin")).all()));
        }
    }

    @Test
    void a_topic_has_an_id() throws Exception {
        http.post("/topics/register", "topic", "protocol.id");
        try (Admin admin = Admin.create(settings())) {
            Uuid id = admin.describeTopics(List.of("protocol.id"))
                    .allTopicNames()
                    .get()
                    .get("protocol.id")
                    .topicId();
            TopicCollection byId = TopicCollection.ofTopicIds(List.of(id));
            assertEquals(
                    "protocol.id",
                    admin.describeTopics(byId).allTopicIds().get().get(id).name());
            admin.deleteTopics(byId).all().get();
            assertInstanceOf(
                    UnknownTopicIdException.class,
                    failure(admin.describeTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid())))
                            .allTopicIds()));
            assertEquals(404, http.get("/topics/protocol.id").status());
        }
    }

    private static Throwable failure(Future<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    @Test
    void a_message_that_is_too_large_is_refused() {
        try (KafkaProducer<byte[], byte[]> producer = producer("max.request.size", "10000000")) {
            assertInstanceOf(
                    RecordTooLargeException.class,
                    failure(producer.send(new ProducerRecord<>("protocol.large", new byte[2_000_000]))));
        }
    }

    @Test
    void a_producer_waits_while_the_topic_is_full() throws Exception {
        http.post("/topics/register", "topic", "protocol.full", "max_messages", 2);
        http.post("/consumers/register", "topic", "protocol.full", "consumer_id", "protocol.full");
        try (KafkaProducer<byte[], byte[]> producer = producer("request.timeout.ms", "20000")) {
            producer.send(new ProducerRecord<>("protocol.full", new byte[1])).get();
            producer.send(new ProducerRecord<>("protocol.full", new byte[1])).get();
            Future<RecordMetadata> third = producer.send(new ProducerRecord<>("protocol.full", new byte[1]));
            assertThrows(TimeoutException.class, () -> third.get(1, TimeUnit.SECONDS));
            assertEquals(
                    200, http.post("/consume", "consumer_id", "protocol.full").status());
            assertEquals(2, third.get(10, TimeUnit.SECONDS).offset());
        }
        try (KafkaProducer<byte[], byte[]> producer = producer(
                "request.timeout.ms",
                "1000",
                "delivery.timeout.ms",
                "3000",
                "linger.ms",
                "0",
                "acks",
                "1",
                "enable.idempotence",
                "false")) {
            assertInstanceOf(
                    org.apache.kafka.common.errors.TimeoutException.class,
                    failure(producer.send(new ProducerRecord<>("protocol.full", new byte[1]))));
        }
    }
}
