package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** How a broker starts and stops. */
class LifecycleTest {
    @Test
    void it_says_where_it_is_and_what_to_type_next_and_ends_with_0_on_sigterm() throws IOException {
        Process process = Scripts.start("Broker.java", "--port", "0");
        String ready = new String(process.getInputStream().readNBytes(60), StandardCharsets.UTF_8);
        process.toHandle().destroy(); // unlike destroy(), it leaves the streams open
        Result result = Scripts.finish(process, new byte[0]);

        String said = ready + result.out();
        assertTrue(said.contains("http://127.0.0.1:"), said);
        assertTrue(said.contains("/docs"), said);
        assertTrue(said.contains("Producer.java") && said.contains("Consumer.java"), said);
        assertEquals(0, result.exitCode());
        assertEquals("", result.stderr());
    }

    @Test
    void the_clients_print_their_summary_and_nothing_else_to_stderr() {
        String broker = BrokerProcess.shared().url();
        Result produced =
                Scripts.runWithInput("a\n".getBytes(UTF_8), "Producer.java", "--broker", broker, "-t", "stderr");
        assertEquals(0, produced.exitCode(), produced.stderr());
        assertTrue(
                produced.stderr()
                        .matches(
                                "producer: Created topic stderr\\.\nproducer: 1 message accepted by topic stderr .*\n"),
                produced.stderr());
        Result consumed =
                Scripts.run("Consumer.java", "--broker", broker, "-t", "stderr", "--from", "earliest", "--max", "1");
        assertEquals("a\n", consumed.out());
        assertTrue(consumed.stderr().matches("consumer: [^\n]*\n"), consumed.stderr());
    }

    @Test
    void what_is_in_flight_is_answered_when_it_stops() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start();
                Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            String body = "{\"topic\":\"slow\"}";
            OutputStream out = socket.getOutputStream();
            out.write(("POST /topics/register HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                            + body.length() + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.flush();
            String interim = "HTTP/1.1 100 Continue\r\n\r\n"; // it is being served
            assertEquals(interim, new String(socket.getInputStream().readNBytes(interim.length()), UTF_8));
            Thread stopping = new Thread(broker::terminate);
            stopping.start();
            Await.until("it takes no new connections", () -> refusesConnections(broker.port()));
            out.write(body.getBytes(UTF_8));
            out.flush();
            String response = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(response.startsWith("HTTP/1.1 200") && response.contains("\"created\":true"), response);
            stopping.join();
            assertEquals(0, broker.terminate());
        }
    }

    @Test
    void a_port_in_use_is_one_line_and_exit_code_1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Result result = Commands.run("Broker.java", "--port", String.valueOf(taken.getLocalPort()));
            assertEquals(1, result.exitCode());
            assertOneLine(result.stderr());
            assertTrue(result.stderr().contains("" + taken.getLocalPort()), result.stderr());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--port,nonsense",
        "--port,70000",
        "--port,-1",
        "--max-message-bytes,0",
        "--no-such-option,1",
        "--host,no.such.host.invalid",
        "--port-file,/no/such/folder/port",
        "--port-file,/",
        "--allow-host,http://x.example",
        "--allow-host,*.x.example"
    })
    void a_bad_option_is_one_line_and_not_0(String option, String value) {
        Result result = option.equals("--port")
                ? Commands.run("Broker.java", option, value)
                : Commands.run("Broker.java", "--port", "0", option, value);
        assertNotEquals(0, result.exitCode());
        assertOneLine(result.stderr());
    }

    @ParameterizedTest
    @CsvSource({
        "MINI_KAFKA_PORT,nonsense",
        "MINI_KAFKA_PORT,70000",
        "MINI_KAFKA_HOST,no.such.host.invalid",
        "MINI_KAFKA_PORT_FILE,/no/such/folder/port",
        "MINI_KAFKA_MAX_MESSAGE_BYTES,1.5",
        "MINI_KAFKA_MAX_PARTITIONS,0",
        "MINI_KAFKA_ALLOW_HOST,http://x.example",
        "MINI_KAFKA_DATA_DIR,README.md",
        "MINI_KAFKA_FSYNC,sometimes"
    })
    void a_wrong_variable_is_named(String variable, String value) throws IOException {
        Result result = broker(Map.of(variable, value));
        assertEquals(2, result.exitCode());
        assertOneLine(result.stderr());
        assertTrue(result.stderr().contains("environment variable " + variable), result.stderr());
        assertEquals(0, broker(Map.of(variable, value), "--help").exitCode());
    }

    /** Without the variables, the one thing that is wrong is an option. */
    @Test
    void a_blank_variable_counts_as_absent() throws IOException {
        Map<String, String> blank = new HashMap<>();
        for (String name :
                new String[] {"PORT", "HOST", "PORT_FILE", "MAX_MESSAGE_BYTES", "ALLOW_HOST", "DATA_DIR", "FSYNC"}) {
            blank.put("MINI_KAFKA_" + name, name.endsWith("T") ? "" : " \t");
        }
        Result result = broker(blank, "--max-partitions", "0");
        assertEquals(2, result.exitCode());
        assertOneLine(result.stderr());
        assertTrue(result.stderr().contains("option '--max-partitions'"), result.stderr());
    }

    @Test
    void the_link_to_a_service_is_no_port() throws IOException {
        Result result = broker(Map.of("MINI_KAFKA_PORT", "tcp://10.0.0.1:8000"), "--max-partitions", "0");
        assertEquals(2, result.exitCode());
        List<String> lines = result.stderr().lines().collect(Collectors.toList());
        assertEquals(2, lines.size(), result.stderr());
        assertTrue(lines.get(0).contains("MINI_KAFKA_PORT=tcp://10.0.0.1:8000 is ignored"), lines.get(0));
        assertTrue(lines.get(1).contains("option '--max-partitions'"), lines.get(1));
    }

    @Test
    void an_option_wins_over_a_wrong_variable() throws IOException {
        Result result = broker(
                Map.of("MINI_KAFKA_PORT", "nonsense", "MINI_KAFKA_FSYNC", "sometimes"),
                "-p",
                "70000",
                "--fsync=always",
                "--data-dir",
                "/no");
        assertEquals(2, result.exitCode());
        assertOneLine(result.stderr());
        assertTrue(result.stderr().contains("option '--port': 70000"), result.stderr());
    }

    @Test
    void variables_count_with_blanks_around_them(@TempDir Path folder) throws IOException {
        Map<String, String> environment = Map.of(
                "MINI_KAFKA_MAX_MESSAGE_BYTES",
                " 10 ",
                "MINI_KAFKA_ALLOW_HOST",
                "a.example, b.example",
                "MINI_KAFKA_DATA_DIR",
                folder.resolve("kept") + " ",
                "MINI_KAFKA_FSYNC",
                "always");
        try (BrokerProcess broker = BrokerProcess.start(environment, 0)) {
            assertEquals(
                    413,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "01234567890")
                            .status());
            assertEquals(200, statusFor("b.example", broker));
            assertEquals(403, statusFor("c.example", broker));
            assertTrue(Files.exists(folder.resolve("kept/lock")));
        }
    }

    private static int statusFor(String host, BrokerProcess broker) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.getOutputStream()
                    .write(("GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            return Integer.parseInt(new String(socket.getInputStream().readAllBytes(), UTF_8).split(" ")[1]);
        }
    }

    private static Result broker(Map<String, String> environment, String... options) {
        String[] command =
                Stream.concat(Stream.of("Broker.java"), Stream.of(options)).toArray(String[]::new);
        return Commands.run(environment, new byte[0], command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "[::]", "0"})
    void a_broker_for_all_says_how_other_machines_reach_it(String host) throws IOException {
        List<String> said = announcement("--host", host);
        String ready = said.get(0);
        String others = said.get(1);
        String warning = said.get(2);
        assertTrue(warning.startsWith("There is no authentication: anyone who can reach the port"), warning);
        assertTrue(ready.startsWith("mini-kafka is ready at http://127.0.0.1:"), ready);
        String port = ready.replaceFirst(".*?127.0.0.1:(\\d+).*", "$1");
        Set<String> reachable = NetworkInterface.networkInterfaces()
                .filter(LifecycleTest::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
                .map(address -> "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port)
                .collect(Collectors.toSet());
        if (reachable.isEmpty()) {
            assertTrue(others.contains("no network address"), others);
        } else {
            assertEquals(
                    reachable, Set.of(others.replaceFirst(".* reach it at ", "").split(" or ")));
        }
    }

    @Test
    void a_broker_for_all_with_tokens_says_that_there_is_no_tls(@TempDir Path folder) throws IOException {
        Path rules = Files.writeString(
                folder.resolve("access.json"), Access.rules(Access.principal("a", Access.rule("*", "*", "*"))));
        String warning =
                announcement("--host", "0.0.0.0", "--auth", rules.toString()).get(2);
        assertTrue(warning.startsWith("There is no TLS: others in the network can read tokens and messages"), warning);
    }

    /** The first three lines that a broker with these options prints. */
    private static List<String> announcement(String... options) throws IOException {
        Process process = Scripts.start(Stream.concat(Stream.of("Broker.java", "--port", "0"), Stream.of(options))
                .toArray(String[]::new));
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> lines = List.of(said.readLine(), said.readLine(), said.readLine());
        process.toHandle().destroy();
        Scripts.finish(process, new byte[0]);
        return lines;
    }

    /** Interfaces that are up, but for those to containers of this machine. */
    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.getName().matches("docker.*|br-.*|veth.*|virbr.*|cni.*|lxcbr.*");
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void the_limit_of_a_message_can_be_set() {
        try (BrokerProcess broker = BrokerProcess.start("--max-message-bytes", "10")) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t");
            assertEquals(
                    200,
                    http.post("/produce", "topic", "t", "value", "0123456789").status());
            assertEquals(
                    413,
                    http.post("/produce", "topic", "t", "value", "0123456789", "key", "k")
                            .status());
        }
    }

    private static boolean refusesConnections(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    static void assertOneLine(String stderr) {
        assertEquals(1, stderr.lines().count(), stderr);
    }
}
