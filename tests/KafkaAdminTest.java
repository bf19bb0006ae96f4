package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's admin client: configurations, sizes, and the deletion of messages. */
class KafkaAdminTest {
    private static KafkaBrokerProcess broker;
    private static Http http;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        broker = KafkaBrokerProcess.shared();
        http = broker.http();
    }

    private static Admin admin(KafkaBrokerProcess of) {
        return Admin.create(Map.of("bootstrap.servers", of.bootstrapServers()));
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static Config configs(Admin admin, ConfigResource resource) throws Exception {
        return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }

    private static Throwable failure(Future<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    private static void create(Admin admin, String name, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(configs)))
                .all()
                .get();
    }

    @Test
    void the_settings_of_a_topic_are_its_configurations() throws Exception {
        http.post("/topics/register", "topic", "admin.http", "max_bytes", 5000, "max_age_ms", 60_000);
        try (Admin admin = admin(broker)) {
            Config configs = configs(admin, topic("admin.http"));
            assertEquals("5000", configs.get("retention.bytes").value());
            assertEquals("60000", configs.get("retention.ms").value());
            assertEquals(
                    ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG,
                    configs.get("retention.ms").source());
            assertEquals("reject", configs.get("mini.when.full").value());
            assertEquals("LogAppendTime", configs.get("message.timestamp.type").value());
            assertTrue(configs.get("cleanup.policy").isDefault());
            assertInstanceOf(
                    UnknownTopicOrPartitionException.class,
                    failure(admin.describeConfigs(List.of(topic("admin.missing")))
                            .all()));
        }
    }

    @Test
    void the_broker_has_configurations() throws Exception {
        try (Admin admin = admin(broker)) {
            Config configs = configs(admin, new ConfigResource(ConfigResource.Type.BROKER, "0"));
            assertEquals("true", configs.get("auto.create.topics.enable").value());
            assertTrue(Integer.parseInt(configs.get("message.max.bytes").value()) >= 1 << 20);
            assertTrue(configs.get("num.partitions").isReadOnly());
            ConfigResource logger = new ConfigResource(ConfigResource.Type.BROKER_LOGGER, "0");
            assertInstanceOf(
                    InvalidRequestException.class,
                    failure(admin.describeConfigs(List.of(logger)).all()));
        }
    }

    private static Future<Void> alter(Admin admin, ConfigResource resource, AlterConfigOp.OpType type, String... pair) {
        Collection<AlterConfigOp> ops = List.of(new AlterConfigOp(new ConfigEntry(pair[0], pair[1]), type));
        return admin.incrementalAlterConfigs(Map.of(resource, ops)).all();
    }

    @Test
    void a_configuration_can_only_be_set_to_its_present_value() throws Exception {
        try (Admin admin = admin(broker)) {
            create(admin, "admin.alter", Map.of("retention.ms", "60000"));
            ConfigResource topic = topic("admin.alter");
            alter(admin, topic, AlterConfigOp.OpType.SET, "retention.ms", "60000")
                    .get();
            alter(admin, topic, AlterConfigOp.OpType.SET, "cleanup.policy", "delete")
                    .get();
            alter(admin, topic, AlterConfigOp.OpType.DELETE, "retention.bytes", "")
                    .get();
            Throwable refused = failure(alter(admin, topic, AlterConfigOp.OpType.SET, "retention.ms", "70000"));
            assertInstanceOf(PolicyViolationException.class, refused);
            assertEquals(
                    "retention.ms of topic 'admin.alter' is 60000, and cannot be changed. Delete the topic, and create it with other "
                            + "configurations.",
                    refused.getMessage());
            assertInstanceOf(
                    PolicyViolationException.class,
                    failure(alter(admin, topic, AlterConfigOp.OpType.DELETE, "retention.ms", "")));
            assertInstanceOf(
                    PolicyViolationException.class,
                    failure(alter(admin, topic, AlterConfigOp.OpType.APPEND, "cleanup.policy", "compact")));
            assertInstanceOf(
                    InvalidConfigurationException.class,
                    failure(alter(admin, topic, AlterConfigOp.OpType.SET, "segment.bytes", "70000")));
            assertInstanceOf(
                    PolicyViolationException.class,
                    failure(alter(
                            admin,
                            new ConfigResource(ConfigResource.Type.BROKER, "0"),
                            AlterConfigOp.OpType.SET,
                            "num.partitions",
                            "7")));
            assertEquals("60000", configs(admin, topic).get("retention.ms").value());
        }
    }

    @Test
    void a_topic_is_not_created_with_an_unknown_configuration() throws Exception {
        try (Admin admin = admin(broker)) {
            create(admin, "admin.ignored", Map.of("segment.bytes", "70000", "cleanup.policy", "compact"));
            assertEquals(
                    "delete",
                    configs(admin, topic("admin.ignored")).get("cleanup.policy").value());
            assertInstanceOf(
                    InvalidConfigurationException.class,
                    assertThrows(
                                    ExecutionException.class,
                                    () -> create(admin, "admin.unknown", Map.of("retention.mss", "70000")))
                            .getCause());
        }
    }

    @Test
    void the_cluster_is_this_broker() throws Exception {
        try (Admin admin = admin(broker)) {
            DescribeClusterResult cluster = admin.describeCluster();
            assertEquals(1, cluster.nodes().get().size());
            assertEquals(broker.kafkaPort(), cluster.controller().get().port());
            assertEquals("mini-kafka", cluster.clusterId().get());
        }
    }

    @Test
    void partitions_cannot_be_added() throws Exception {
        try (Admin admin = admin(broker)) {
            create(admin, "admin.partitions", Map.of());
            assertInstanceOf(
                    PolicyViolationException.class,
                    failure(admin.createPartitions(Map.of("admin.partitions", NewPartitions.increaseTo(3)))
                            .all()));
            assertInstanceOf(
                    InvalidPartitionsException.class,
                    failure(admin.createPartitions(Map.of("admin.partitions", NewPartitions.increaseTo(1)))
                            .all()));
            assertInstanceOf(
                    UnknownTopicOrPartitionException.class,
                    failure(admin.createPartitions(Map.of("admin.missing", NewPartitions.increaseTo(3)))
                            .all()));
        }
    }

    private static void produce(Http to, String topic, int count) {
        for (int i = 0; i < count; i++) {
            to.post("/produce", "topic", topic, "value", "message " + i);
        }
    }

    private static long deleteBefore(Admin admin, String topic, long offset) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        return admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
                .lowWatermarks()
                .get(partition)
                .get()
                .lowWatermark();
    }

    @Test
    void messages_before_an_offset_are_deleted() throws Exception {
        http.post("/topics/register", "topic", "admin.delete");
        http.post("/consumers/register", "topic", "admin.delete", "consumer_id", "admin.slow");
        produce(http, "admin.delete", 5);
        try (Admin admin = admin(broker)) {
            long before = size(admin, "admin.delete");
            assertEquals(2, deleteBefore(admin, "admin.delete", 2));
            assertEquals(2, deleteBefore(admin, "admin.delete", 1));
            assertEquals(before / 5 * 3, size(admin, "admin.delete"));
            TopicPartition partition = new TopicPartition("admin.delete", 0);
            assertEquals(
                    2,
                    admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                            .partitionResult(partition)
                            .get()
                            .offset());
            assertEquals(410, http.get("/topics/admin.delete/messages?offset=1").status());
            assertEquals(
                    2,
                    http.post("/consume", "consumer_id", "admin.slow")
                            .get("offset")
                            .asInt());
            assertEquals(
                    2, http.get("/consumers/admin.slow").json().get("missed").asInt());
            assertInstanceOf(
                    OffsetOutOfRangeException.class,
                    assertThrows(ExecutionException.class, () -> deleteBefore(admin, "admin.delete", 6))
                            .getCause());
            assertEquals(5, deleteBefore(admin, "admin.delete", -1));
            assertEquals(0, size(admin, "admin.delete"));
            produce(http, "admin.delete", 1);
            assertEquals(
                    5,
                    http.get("/topics/admin.delete/messages")
                            .get("messages")
                            .get(0)
                            .get("offset")
                            .asInt());
        }
    }

    private static long size(Admin admin, String topic) throws Exception {
        LogDirDescription memory =
                admin.describeLogDirs(List.of(0)).allDescriptions().get().get(0).get("memory");
        return memory.replicaInfos().get(new TopicPartition(topic, 0)).size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "never"})
    void deleted_messages_stay_deleted_after_a_restart(String fsync) throws Exception {
        String[] options = {"--data-dir", folder.toString(), "--fsync", fsync};
        KafkaBrokerProcess first = KafkaBrokerProcess.start(options);
        try (Admin admin = admin(first)) {
            first.http().post("/topics/register", "topic", "kept");
            produce(first.http(), "kept", 5);
            assertEquals(3, deleteBefore(admin, "kept", 3));
            produce(first.http(), "kept", 1);
        }
        first.kill();
        KafkaBrokerProcess second = KafkaBrokerProcess.start(options);
        try (Admin admin = admin(second)) {
            assertOffsets(second.http(), 3, 6);
            assertEquals(4, deleteBefore(admin, "kept", 4));
        }
        assertEquals(0, second.terminate());
        try (KafkaBrokerProcess third = KafkaBrokerProcess.start(options)) {
            assertOffsets(third.http(), 4, 6);
        }
        assertFalse(second.stderr().contains("damage"), second.stderr());
    }

    private static void assertOffsets(Http of, long start, long end) {
        JsonNode page = of.get("/topics/kept/messages?offset=earliest").json();
        assertEquals(start, page.get("messages").get(0).get("offset").asLong(), page.toString());
        assertEquals(end, page.get("end_offset").asLong(), page.toString());
    }
}
