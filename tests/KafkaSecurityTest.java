package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka clients with TLS, and with tokens of the access file as passwords. */
class KafkaSecurityTest {
    @TempDir
    private static Path folder;

    private static Path certificate;
    private static Path accessFile;
    private static KafkaBrokerProcess broker;

    @BeforeAll
    static void start() throws IOException {
        certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Scripts.Result made =
                Commands.run("Broker.java", "cert", "--tls-cert", certificate.toString(), "--tls-key", key.toString());
        assertEquals(0, made.exitCode(), made.stderr());
        accessFile = folder.resolve("access.json");
        Files.writeString(accessFile, rules("team"));
        broker = KafkaBrokerProcess.start(
                "--auth", accessFile.toString(), "--tls-cert", certificate.toString(), "--tls-key", key.toString());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String rules(String... others) {
        StringBuilder principals = new StringBuilder(Access.principal("teacher", Access.rule("*", "*", "*")));
        for (String other : others) {
            principals
                    .append(",")
                    .append(Access.principal(
                            other,
                            Access.rule("produce,consume,create", other + "-*", other + "-*"),
                            Access.rule("consume", "shared", other + "-*")));
        }
        return Access.rules(principals.toString());
    }

    private static Map<String, Object> settings(String name, String token) throws IOException {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("security.protocol", "SASL_SSL");
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", Files.readString(certificate));
        settings.put("sasl.mechanism", "PLAIN");
        settings.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + name + "\" password=\""
                        + token + "\";");
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("request.timeout.ms", 5_000);
        settings.put("max.block.ms", 10_000);
        return settings;
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Throwable failure(Future<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    private static Set<String> topics(Map<String, Object> settings) throws Exception {
        try (Admin admin = Admin.create(settings)) {
            return admin.listTopics().names().get();
        }
    }

    @Test
    void a_principal_uses_its_own_topics_only() throws Exception {
        Map<String, Object> teacher = settings("teacher", "token-teacher");
        Map<String, Object> team = settings("team", "token-team");
        try (KafkaProducer<byte[], byte[]> all = producer(teacher);
                KafkaProducer<byte[], byte[]> own = producer(team);
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(team, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            all.send(new ProducerRecord<>("shared", "from the teacher".getBytes(UTF_8)))
                    .get();
            all.send(new ProducerRecord<>("secret", new byte[1])).get();
            own.send(new ProducerRecord<>("team-1", new byte[1])).get();
            assertInstanceOf(
                    TopicAuthorizationException.class, failure(own.send(new ProducerRecord<>("shared", new byte[1]))));
            TopicPartition shared = new TopicPartition("shared", 0);
            consumer.assign(List.of(shared));
            consumer.seekToBeginning(List.of(shared));
            assertEquals(
                    "from the teacher",
                    new String(
                            consumer.poll(Duration.ofSeconds(10))
                                    .iterator()
                                    .next()
                                    .value(),
                            UTF_8));
            assertThrows(
                    TopicAuthorizationException
                            .class, // it may not create the topic; whether there is one, it does not learn
                    () -> consumer.endOffsets(List.of(new TopicPartition("secret", 0)), Duration.ofSeconds(3)));
            assertEquals(Set.of("shared", "team-1"), topics(team));
            assertTrue(topics(teacher).contains("secret"));
        }
    }

    @Test
    void a_principal_uses_its_own_groups_only() throws Exception {
        Map<String, Object> settings = settings("team", "token-team");
        settings.put("auto.offset.reset", "earliest");
        try (KafkaProducer<byte[], byte[]> own = producer(settings("team", "token-team"))) {
            own.send(new ProducerRecord<>("team-groups", new byte[1])).get();
        }
        settings.put("group.id", "team-g");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("team-groups"));
            Await.until("a message", () -> consumer.poll(Duration.ofSeconds(1)).count() == 1);
        }
        settings.put("group.id", "other-g");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("team-groups"));
            assertThrows(GroupAuthorizationException.class, () -> consumer.poll(Duration.ofSeconds(10)));
            assertThrows(
                    GroupAuthorizationException.class,
                    () -> consumer.committed(Set.of(new TopicPartition("team-groups", 0))));
        }
        try (Admin admin = Admin.create(settings("team", "token-team"))) {
            assertEquals(
                    List.of("team-g"),
                    admin.listGroups().all().get().stream()
                            .map(group -> group.groupId())
                            .toList());
        }
    }

    @Test
    void a_wrong_token_or_name_or_mechanism_is_refused() throws Exception {
        assertInstanceOf(SaslAuthenticationException.class, refusal(settings("team", "token-wrong")));
        assertInstanceOf(SaslAuthenticationException.class, refusal(settings("team", "token-teacher")));
        assertInstanceOf(SaslAuthenticationException.class, refusal(settings("nobody", "token-team")));
        Map<String, Object> scram = settings("team", "token-team");
        scram.put("sasl.mechanism", "SCRAM-SHA-256");
        scram.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"a\" password=\"b\";");
        assertInstanceOf(UnsupportedSaslMechanismException.class, refusal(scram));
        Map<String, Object> distrust = settings("team", "token-team");
        distrust.remove("ssl.truststore.type");
        distrust.remove("ssl.truststore.certificates");
        assertInstanceOf(SslAuthenticationException.class, refusal(distrust));
    }

    private static Throwable refusal(Map<String, Object> settings) {
        return assertThrows(ExecutionException.class, () -> topics(settings)).getCause();
    }

    @Test
    void a_client_that_does_not_authenticate_gets_nothing() throws Exception {
        Map<String, Object> silent = settings("team", "token-team");
        silent.put("security.protocol", "SSL");
        refusal(silent);
    }

    @Test
    void a_revoked_token_ends_the_connection() throws Exception {
        Files.writeString(accessFile, rules("team", "leaving"));
        Map<String, Object> leaving = settings("leaving", "token-leaving");
        Await.until("the new principal", () -> {
            try {
                topics(leaving);
                return true;
            } catch (ExecutionException e) {
                return false;
            }
        });
        try (Admin admin = Admin.create(leaving)) {
            admin.listTopics().names().get();
            Files.writeString(accessFile, rules("team"));
            Await.until("the end of the session", () -> {
                try {
                    admin.listTopics().names().get();
                    return false;
                } catch (ExecutionException e) {
                    return e.getCause() instanceof SaslAuthenticationException;
                }
            });
        }
    }
}
