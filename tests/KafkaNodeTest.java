package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** A real node of Kafka that one command starts. kcat is the client. */
class KafkaNodeTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void require_a_client() {
        assumeTrue(Page.program("kcat") != null, "no kcat here (Debian has it in kcat)");
    }

    @Test
    void a_node_without_a_folder_serves_kafka_clients_and_leaves_nothing() throws Exception {
        Path temporary;
        try (KafkaNodeProcess node = KafkaNodeProcess.start("--kafka", "num.partitions=3")) {
            assertTrue(node.stdout().startsWith("Apache Kafka 4."), node.stdout());
            produce(node, "demo", "user-1:first\nuser-1:second\n");
            assertEquals("user-1:first\nuser-1:second\n", consume(node, "demo"));
            assertTrue(kcat(node, "", "-L", "-t", "demo").contains("with 3 partitions"), "a setting of Kafka");
            temporary = temporaryFolder(node);
            assertEquals(0, node.terminate());
            assertTrue(node.stdout().endsWith("Kafka has stopped.\n"), node.stdout());
            assertEquals("", node.stderr());
        }
        assertFalse(Files.exists(temporary));
    }

    private static Path temporaryFolder(KafkaNodeProcess node) throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            String port = ":" + node.port() + ",";
            return all.filter(path -> contains(path.resolve("server.properties"), port))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException absent) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_node_with_a_folder_has_its_messages_after_a_restart(boolean isKilled) throws Exception {
        String data = folder.resolve("data").toString();
        try (KafkaNodeProcess node = KafkaNodeProcess.start("--data-dir", data)) {
            produce(node, "demo", "k:kept\n");
            if (isKilled) {
                node.kill();
            }
        }
        try (KafkaNodeProcess node = KafkaNodeProcess.start("--data-dir", data)) {
            assertEquals("k:kept\n", consume(node, "demo"));
        }
    }

    @Test
    void three_nodes_are_one_cluster() throws Exception {
        List<KafkaNodeProcess> nodes = KafkaNodeProcess.startCluster(3);
        try {
            produce(nodes.get(0), "demo", "k:replicated\n");
            assertEquals("k:replicated\n", consume(nodes.get(2), "demo"));
            String metadata = kcat(nodes.get(1), "", "-L", "-t", "demo");
            assertTrue(metadata.contains(" 3 brokers:"), metadata);
            assertTrue(metadata.matches("(?s).*replicas: \\d,\\d,\\d, isrs: \\d,\\d,\\d.*"), metadata);
        } finally {
            nodes.forEach(KafkaNodeProcess::kill);
        }
    }

    @Test
    void a_port_that_is_in_use_is_an_error_of_one_line() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Result result = run("--port", String.valueOf(taken.getLocalPort()));
            assertEquals(1, result.exitCode());
            assertEquals(
                    "kafka-node: Port " + taken.getLocalPort()
                            + " of 127.0.0.1 cannot be used: Address already in use. Select another --port; 0 selects a free port.\n",
                    result.stderr());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--port 70000; 2; '--port': 70000 is not from 0 to 65535",
                "--port 0 --controllers 1@x; 2; '1@x' is not of the form ID@HOST:PORT",
                "--port 0 --controllers 2@127.0.0.1:1; 2; none has the id 1 of this node",
                "--port 0 --kafka log.retention.ms=soon; 1; Invalid value soon for configuration log.retention.ms",
                "--port 0 --data-dir README.md; 2; README.md is a file, not a folder",
                "--port 0 --host no.such.host.invalid; 2; 'no.such.host.invalid' cannot be resolved",
                "--port 0 --port-file /no/such/folder/port; 2; its folder does not exist"
            })
    void a_wrong_option_is_an_error_of_one_line(String options, int exitCode, String message) {
        Result result = run(options.split(" "));
        assertEquals(exitCode, result.exitCode());
        assertTrue(result.stderr().startsWith("kafka-node: ") && result.stderr().contains(message), result.stderr());
        assertEquals(1, result.stderr().lines().count(), result.stderr());
    }

    @Test
    void a_folder_of_another_node_is_refused() throws Exception {
        String data = folder.resolve("data").toString();
        KafkaNodeProcess.start("--data-dir", data).close();
        Result result = run("--port", "0", "--data-dir", data, "--node-id", "2");
        assertEquals(1, result.exitCode());
        assertTrue(result.stderr().contains("node"), result.stderr());
        assertEquals(1, result.stderr().lines().count(), result.stderr());
    }

    private static Result run(String... options) {
        String[] command = Stream.concat(Stream.of("kafka/KafkaNode.java"), Stream.of(options))
                .toArray(String[]::new);
        return Scripts.run(command);
    }

    private static void produce(KafkaNodeProcess node, String topic, String lines) throws IOException {
        kcat(node, lines, "-P", "-t", topic, "-K:");
    }

    private static String consume(KafkaNodeProcess node, String topic) throws IOException {
        return kcat(node, "", "-C", "-t", topic, "-K:", "-e", "-q");
    }

    private static String kcat(KafkaNodeProcess node, String stdin, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("kcat", "-b", node.address()));
        command.addAll(List.of(options));
        Result result = Scripts.finish(Scripts.startProcess(new ProcessBuilder(command)), stdin.getBytes(UTF_8));
        assertEquals(0, result.exitCode(), result.stderr());
        return result.out();
    }
}
