package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumer groups of Kafka clients. */
class KafkaGroupTest {
    private static final Duration MOMENT = Duration.ofMillis(50);

    private static KafkaBrokerProcess broker;
    private static Http http;

    @BeforeAll
    static void start() throws IOException {
        broker = KafkaBrokerProcess.shared();
        http = broker.http();
    }

    private static Map<String, Object> settings(KafkaBrokerProcess broker, String... more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "heartbeat.interval.ms", "200"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static KafkaConsumer<String, String> consumer(String group, String... more) {
        return consumer(broker, group, more);
    }

    private static KafkaConsumer<String, String> consumer(KafkaBrokerProcess broker, String group, String... more) {
        Map<String, Object> settings = settings(broker, more);
        settings.put("group.id", group);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** Creates a topic, with the values 0, 1, 2, ... in its partitions by turns. */
    private static void create(Http http, String topic, int partitions, int messages) {
        assertEquals(
                200,
                http.post("/topics/register", "topic", topic, "partitions", partitions)
                        .status());
        for (int i = 0; i < messages; i++) {
            http.post("/produce", "topic", topic, "value", "" + i, "partition", i % partitions);
        }
    }

    /** Polls until that many messages have come, and returns their values in order. */
    private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        Await.until(count + " messages", () -> {
            consumer.poll(MOMENT).forEach(message -> values.add(message.value()));
            return values.size() >= count;
        });
        return values;
    }

    /** Polls all consumers until each has some partitions, together all of the topic, and none twice. */
    @SafeVarargs
    private static void awaitShared(int partitions, KafkaConsumer<String, String>... consumers) {
        Await.until("a shared assignment", () -> {
            List<TopicPartition> all = new ArrayList<>();
            for (KafkaConsumer<String, String> consumer : consumers) {
                consumer.poll(MOMENT);
                all.addAll(consumer.assignment());
            }
            boolean hasEachSome = true;
            for (KafkaConsumer<String, String> consumer : consumers) {
                hasEachSome &= !consumer.assignment().isEmpty();
            }
            return hasEachSome && all.size() == partitions && new HashSet<>(all).size() == partitions;
        });
    }

    private static Throwable failure(Future<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    @Test
    void consumers_share_the_partitions_and_take_over_those_of_one_that_leaves() {
        create(http, "group.share", 4, 8);
        try (KafkaConsumer<String, String> first = consumer("group.share");
                KafkaConsumer<String, String> second = consumer("group.share")) {
            first.subscribe(List.of("group.share"));
            second.subscribe(List.of("group.share"));
            awaitShared(4, first, second);
            second.unsubscribe();
            awaitShared(4, first);
        }
    }

    @Test
    void the_partitions_of_a_killed_consumer_are_taken_over_when_its_session_times_out() throws Exception {
        create(http, "group.killed", 2, 0);
        Process kcat = kcat("group.killed", "group.killed", "-X", "session.timeout.ms=1500");
        try (KafkaConsumer<String, String> consumer = consumer("group.killed")) {
            consumer.subscribe(List.of("group.killed"));
            Await.until("both have a partition", () -> {
                consumer.poll(MOMENT);
                return consumer.assignment().size() == 1;
            });
            kcat.destroyForcibly().waitFor();
            awaitShared(2, consumer);
        } finally {
            kcat.destroyForcibly();
        }
    }

    private static Process kcat(String group, String topic, String... options) throws IOException {
        assumeTrue(Page.program("kcat") != null, "no kcat here (Debian has it in kcat)");
        List<String> command = new ArrayList<>(
                List.of("kcat", "-b", broker.bootstrapServers(), "-q", "-u", "-X", "auto.offset.reset=earliest"));
        command.addAll(List.of(options));
        command.addAll(List.of("-G", group, topic));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void kcat_consumes_in_a_group_and_resumes() throws Exception {
        create(http, "group.kcat", 1, 3);
        Process first = kcat("group.kcat", "group.kcat", "-c", "2");
        assertEquals("0\n1\n", new String(first.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, first.waitFor());
        Process second = kcat("group.kcat", "group.kcat", "-c", "1");
        assertEquals("2\n", new String(second.getInputStream().readAllBytes(), UTF_8));
    }

    @Test
    void a_consumer_resumes_from_its_committed_offset_also_after_a_crash_of_the_broker(@TempDir Path folder)
            throws Exception {
        String[] options = {"--data-dir", folder.toString(), "--fsync", "always"};
        TopicPartition partition = new TopicPartition("group.resume", 0);
        KafkaBrokerProcess crashing = KafkaBrokerProcess.start(options);
        try {
            create(crashing.http(), "group.resume", 1, 5);
            try (KafkaConsumer<String, String> consumer = consumer(crashing, "group.resume", "max.poll.records", "1")) {
                consumer.subscribe(List.of("group.resume"));
                assertEquals(List.of("0", "1"), read(consumer, 2));
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(2, "a note")));
                crashing.kill();
            }
        } finally {
            crashing.kill();
        }
        try (KafkaBrokerProcess restarted = KafkaBrokerProcess.start(options);
                KafkaConsumer<String, String> consumer = consumer(restarted, "group.resume")) {
            consumer.subscribe(List.of("group.resume"));
            assertEquals(List.of("2", "3", "4"), read(consumer, 3));
            OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
            assertEquals(2, committed.offset());
            assertEquals("a note", committed.metadata());
        }
    }

    @Test
    void without_a_committed_offset_the_consumer_decides_where_to_start() {
        create(http, "group.reset", 1, 3);
        try (KafkaConsumer<String, String> latest = consumer("group.reset", "auto.offset.reset", "latest")) {
            latest.subscribe(List.of("group.reset"));
            awaitShared(1, latest);
            assertNull(latest.committed(Set.of(new TopicPartition("group.reset", 0)))
                    .get(new TopicPartition("group.reset", 0)));
            assertEquals(3, latest.position(new TopicPartition("group.reset", 0)));
            latest.seek(new TopicPartition("group.reset", 0), 1);
            assertEquals(List.of("1", "2"), read(latest, 2));
        }
    }

    @Test
    void a_static_member_keeps_its_partitions_without_a_rebalance() {
        create(http, "group.static", 2, 4);
        try (KafkaConsumer<String, String> other = consumer("group.static", "group.instance.id", "b")) {
            KafkaConsumer<String, String> restarting = consumer("group.static", "group.instance.id", "a");
            restarting.subscribe(List.of("group.static"));
            other.subscribe(List.of("group.static"));
            awaitShared(2, restarting, other);
            int generation = other.groupMetadata().generationId();
            Set<TopicPartition> assigned = restarting.assignment();
            restarting.close();
            try (KafkaConsumer<String, String> again = consumer("group.static", "group.instance.id", "a")) {
                again.subscribe(List.of("group.static"));
                awaitShared(2, again, other);
                assertEquals(assigned, again.assignment());
                assertEquals(generation, again.groupMetadata().generationId());
                assertEquals(generation, other.groupMetadata().generationId());
            }
        }
    }

    @Test
    void a_second_client_with_the_same_instance_id_fences_the_first() throws Exception {
        create(http, "group.fenced", 1, 0);
        try (KafkaConsumer<String, String> first = consumer("group.fenced", "group.instance.id", "a");
                KafkaConsumer<String, String> second = consumer("group.fenced", "group.instance.id", "a");
                Admin admin = admin()) {
            first.subscribe(List.of("group.fenced"));
            awaitShared(1, first);
            second.subscribe(List.of("group.fenced"));
            awaitShared(1, second);
            assertThrows(
                    FencedInstanceIdException.class,
                    () -> Await.until("fenced", () -> !first.poll(MOMENT).isEmpty()));
            admin.removeMembersFromConsumerGroup(
                            "group.fenced", new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("a"))))
                    .all()
                    .get();
            assertInstanceOf(
                    GroupIdNotFoundException.class,
                    failure(admin.describeConsumerGroups(List.of("group.fenced"))
                            .describedGroups()
                            .get("group.fenced")));
        }
    }

    @Test
    void the_cooperative_assignor_moves_only_some_partitions() {
        create(http, "group.cooperative", 4, 0);
        String[] cooperative = {
            "partition.assignment.strategy", CooperativeStickyAssignor.class.getName(), "client.id", "c"
        };
        try (KafkaConsumer<String, String> first = consumer("group.cooperative", cooperative);
                KafkaConsumer<String, String> second = consumer("group.cooperative", cooperative)) {
            first.subscribe(List.of("group.cooperative"));
            awaitShared(4, first);
            Set<TopicPartition> before = first.assignment();
            second.subscribe(List.of("group.cooperative"));
            awaitShared(4, first, second);
            assertEquals(2, first.assignment().size());
            assertTrue(before.containsAll(first.assignment()));
        }
    }

    @Test
    void a_group_has_consumers_of_http_or_of_kafka_and_they_share_its_offsets() {
        create(http, "group.both", 1, 4);
        TopicPartition partition = new TopicPartition("group.both", 0);
        http.post("/consumers/register", "topic", "group.both", "consumer_id", "group.both", "group", "group.both");
        assertEquals(
                "0",
                http.post("/consume", "consumer_id", "group.both").get("value").asText());
        try (KafkaConsumer<String, String> consumer = consumer("group.both", "default.api.timeout.ms", "5000")) {
            consumer.subscribe(List.of("group.both"));
            assertThrows(
                    InconsistentGroupProtocolException.class,
                    () -> Await.until("refused", () -> !consumer.poll(MOMENT).isEmpty()));
        }
        try (KafkaConsumer<String, String> alone = consumer("group.both")) {
            alone.assign(List.of(partition));
            assertThrows(
                    CommitFailedException.class, () -> alone.commitSync(Map.of(partition, new OffsetAndMetadata(3))));
        }
        http.post("/consumers/unregister", "consumer_id", "group.both");
        try (KafkaConsumer<String, String> consumer = consumer("group.both", "max.poll.records", "1")) {
            consumer.subscribe(List.of("group.both"));
            assertEquals(List.of("1"), read(consumer, 1));
            consumer.commitSync();
            Http.Reply refused = http.post(
                    "/consumers/register", "topic", "group.both", "consumer_id", "group.two", "group", "group.both");
            assertEquals(409, refused.status(), refused.text());
        }
        http.post("/consumers/register", "topic", "group.both", "consumer_id", "group.two", "group", "group.both");
        assertEquals(
                "2",
                http.post("/consume", "consumer_id", "group.two").get("value").asText());
    }

    @Test
    void a_consumer_without_a_subscription_commits_too() {
        create(http, "group.alone", 2, 2);
        TopicPartition first = new TopicPartition("group.alone", 0);
        TopicPartition missing = new TopicPartition("group.alone", 7);
        try (KafkaConsumer<String, String> consumer = consumer("group.alone", "default.api.timeout.ms", "2000")) {
            consumer.assign(List.of(first));
            consumer.commitSync(Map.of(first, new OffsetAndMetadata(1)));
            assertEquals(1, consumer.committed(Set.of(first)).get(first).offset());
            assertThrows(KafkaException.class, () -> consumer.commitSync(Map.of(missing, new OffsetAndMetadata(1))));
        }
        JsonNode group = http.get("/groups/group.alone").get("groups").get(0);
        assertEquals(1, group.get("partitions").get(0).get("committed").asInt(), group.toString());
    }

    private static ConsumerGroupDescription described(Admin admin, String group) throws Exception {
        return admin.describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get();
    }

    @Test
    void groups_are_listed_and_described() throws Exception {
        create(http, "group.listed", 3, 0);
        http.post("/consumers/register", "topic", "group.listed", "consumer_id", "group.http", "group", "group.http");
        try (Admin admin = admin();
                KafkaConsumer<String, String> consumer = consumer("group.listed", "client.id", "reader")) {
            consumer.subscribe(List.of("group.listed"));
            awaitShared(3, consumer);
            Await.until("stable", () -> described(admin, "group.listed").groupState() == GroupState.STABLE);
            MemberDescription member =
                    described(admin, "group.listed").members().iterator().next();
            assertEquals("reader", member.clientId());
            assertEquals(consumer.assignment(), member.assignment().topicPartitions());
            MemberDescription ofHttp =
                    described(admin, "group.http").members().iterator().next();
            assertEquals("group.http", ofHttp.consumerId());
            assertEquals(3, ofHttp.assignment().topicPartitions().size());
            Set<String> names = new TreeSet<>();
            for (GroupListing group : admin.listGroups().all().get()) {
                names.add(group.groupId());
            }
            assertTrue(names.containsAll(Set.of("group.listed", "group.http")), names.toString());
            assertInstanceOf(
                    GroupIdNotFoundException.class,
                    failure(admin.describeConsumerGroups(List.of("group.missing"))
                            .describedGroups()
                            .get("group.missing")));
        }
    }

    @Test
    void offsets_are_changed_and_deleted_only_without_members() throws Exception {
        create(http, "group.admin", 2, 4);
        TopicPartition first = new TopicPartition("group.admin", 0);
        TopicPartition second = new TopicPartition("group.admin", 1);
        Map<TopicPartition, OffsetAndMetadata> offsets =
                Map.of(first, new OffsetAndMetadata(1), second, new OffsetAndMetadata(2, "x"));
        try (Admin admin = admin()) {
            admin.alterConsumerGroupOffsets("group.admin", offsets).all().get();
            assertEquals(offsets, committed(admin, "group.admin"));
            try (KafkaConsumer<String, String> consumer = consumer("group.admin")) {
                consumer.subscribe(List.of("group.admin"));
                awaitShared(2, consumer);
                assertInstanceOf(
                        UnknownMemberIdException.class,
                        failure(admin.alterConsumerGroupOffsets("group.admin", offsets)
                                .all()));
                assertInstanceOf(
                        GroupNotEmptyException.class,
                        failure(admin.deleteConsumerGroups(List.of("group.admin"))
                                .all()));
                assertInstanceOf(
                        GroupSubscribedToTopicException.class,
                        failure(admin.deleteConsumerGroupOffsets("group.admin", Set.of(first))
                                .all()));
            }
            admin.deleteConsumerGroupOffsets("group.admin", Set.of(first)).all().get();
            assertEquals(Map.of(second, new OffsetAndMetadata(2, "x")), committed(admin, "group.admin"));
            admin.deleteConsumerGroups(List.of("group.admin")).all().get();
            assertEquals(Map.of(), committed(admin, "group.admin"));
            assertInstanceOf(
                    GroupIdNotFoundException.class,
                    failure(admin.deleteConsumerGroups(List.of("group.admin")).all()));
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) throws Exception {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata(group)
                .get();
    }

    @Test
    void the_offsets_of_a_deleted_topic_are_deleted() throws Exception {
        create(http, "group.deleted", 1, 1);
        TopicPartition partition = new TopicPartition("group.deleted", 0);
        try (Admin admin = admin()) {
            admin.alterConsumerGroupOffsets("group.deleted", Map.of(partition, new OffsetAndMetadata(1)))
                    .all()
                    .get();
            admin.deleteTopics(List.of("group.deleted")).all().get();
            assertEquals(Map.of(), committed(admin, "group.deleted"));
        }
    }
}
