package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.FrontProxy.Answer;
import tests.Scripts.Result;

/** The clients on their way to a broker: URLs, proxies, and connections that fail. */
class ConnectionTest {
    private final BrokerProcess broker = BrokerProcess.shared();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP://LOCALHOST:%d",
                "  http://127.0.0.1:%d/ ",
                "localhost:%d",
                "http://my_broker:%d",
                "http://127.0.0.1:%d//"
            })
    void a_url_in_another_spelling_works(String url) throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost my_broker\n");
        Result result = producer(
                Map.of("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts), String.format(url, broker.port()));
        assertEquals(0, result.exitCode(), result.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://[::1]:%d", "[::1]:%d", "::1:%d", "http://::1:%d"})
    void an_ipv6_address_works_with_brackets_and_without(String url) {
        try (EmbeddedBroker own = EmbeddedBroker.start("--host", "::1")) {
            Result result = producer(Map.of(), String.format(url, own.port()));
            assertTrue(result.exitCode() == 0 || result.stderr().contains("can be read in two ways"), result.stderr());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | empty",
                "' ' | empty",
                "http:// | names no host",
                "http://:8000 | names no host",
                "127.0.0.1:0 | from 1 to 65535",
                "http://127.0.0.1:65536 | from 1 to 65535",
                "http://127.0.0.1:99999999999 | from 1 to 65535",
                "http://127.0.0.1:80x | not a number",
                "http://127.0.0.1: | no port",
                "ftp://127.0.0.1 | scheme ftp",
                "http://me:secret@127.0.0.1 | user name",
                "http://127.0.0.1?topic=t | query",
                "http://127.0.0.1/#top | fragment",
                "http://a b:8000 | neither a name nor an address",
                "[::1 | no ]",
                "2001:db8::1:8000 | two ways",
                "http:/127.0.0.1 | no //",
                "http://127.0.0.1/a b | path"
            })
    void a_wrong_url_is_one_line_that_says_what_is_wrong_with_it(String url, String reason) {
        Result result = producer(Map.of(), url);
        assertEquals(2, result.exitCode(), result.stderr());
        LifecycleTest.assertOneLine(result.stderr());
        assertTrue(result.stderr().contains("--broker") && result.stderr().contains(reason), result.stderr());
        assertFalse(result.stderr().contains("secret"), result.stderr());
    }

    @Test
    void a_wrong_url_in_the_environment_is_blamed_on_its_variable() {
        Result wrong = run(Map.of("BROKER_URL", "http://127.0.0.1:0"), "Consumer.java", "-t", "t", "--exit-at-end");
        assertEquals(2, wrong.exitCode());
        LifecycleTest.assertOneLine(wrong.stderr());
        assertTrue(wrong.stderr().contains("BROKER_URL") && !wrong.stderr().contains("--broker"), wrong.stderr());
        Result given = run(
                Map.of("BROKER_URL", "http://127.0.0.1:0"),
                "Producer.java",
                "-t",
                "connection.env",
                "-b",
                broker.url(),
                "x");
        assertEquals(0, given.exitCode(), given.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void an_empty_variable_counts_as_absent(String value) {
        Result result = run(
                Map.of(
                        "BROKER_URL",
                        value,
                        "JAVA_TOOL_OPTIONS",
                        "-Dhttp.nonProxyHosts= -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=1"),
                "Producer.java",
                "-t",
                "t",
                "--retry-for",
                "0s",
                "x");
        assertEquals(1, result.exitCode(), result.stderr());
        assertTrue(
                result.stderr().contains("http://127.0.0.1:8000 through the proxy 127.0.0.1:1 (-Dhttp.proxyHost)")
                        && result.stderr().contains("connection refused"),
                result.stderr());
        assertFalse(result.stderr().contains("Start one"), result.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/kafka", "/a/kafka/"})
    void a_path_is_the_prefix_of_every_call(String path) throws IOException {
        try (FrontProxy proxy = new FrontProxy(broker.url(), path.replaceFirst("/$", ""), call -> null)) {
            Result produced = producer(Map.of(), proxy.url() + path);
            assertEquals(0, produced.exitCode(), produced.stderr());
            Result consumed = Commands.run(
                    "Consumer.java",
                    "-b",
                    proxy.url() + path,
                    "-t",
                    "connection",
                    "--group",
                    "prefix",
                    "--exit-at-end",
                    "--why");
            assertEquals(0, consumed.exitCode(), consumed.stderr());
            assertTrue(
                    proxy.paths().stream().allMatch(call -> call.startsWith(path.replaceFirst("/$", "") + "/")),
                    proxy.paths().toString());
        }
    }

    @Test
    void a_refused_connection_is_said_to_be_refused_and_only_here_a_broker_can_be_started() {
        Result here = producer(Map.of(), "127.0.0.1:1", "--retry-for", "0s");
        assertTrue(
                here.stderr().contains("connection refused")
                        && here.stderr().contains("Start one with: ./jbang Broker.java --port 1"),
                here.stderr());
        Result unknown = producer(Map.of(), "no-such-host.invalid:8000", "--retry-for", "0s");
        assertTrue(unknown.stderr().contains("there is no host no-such-host.invalid"), unknown.stderr());
        assertFalse(unknown.stderr().contains("Start one"), unknown.stderr());
    }

    @Test
    void tls_to_a_plain_port_fails_at_once_and_says_so() {
        long start = System.nanoTime();
        Result result = producer(Map.of(), "https://127.0.0.1:" + broker.port());
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("does not use TLS")
                        && result.stderr().contains("Use http://127.0.0.1:" + broker.port()),
                result.stderr());
        LifecycleTest.assertOneLine(result.stderr());
        assertTrue(System.nanoTime() - start < 15e9, "it waited");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 10, is not trusted",
        "localhost, -1, has expired",
        "elsewhere.example, 10, is for another name"
    })
    void a_certificate_that_is_not_accepted_fails_at_once_and_says_why(String name, int days, String reason)
            throws Exception {
        try (TlsServer server = new TlsServer(folder, name, days)) {
            Map<String, String> trusting =
                    reason.contains("trusted") ? Map.of() : Map.of("JAVA_TOOL_OPTIONS", server.trustOptions());
            Result result = producer(trusting, "https://localhost:" + server.port());
            assertEquals(1, result.exitCode());
            assertTrue(result.stderr().contains("its certificate " + reason), result.stderr());
            LifecycleTest.assertOneLine(result.stderr());
        }
    }

    @Test
    void a_server_that_speaks_no_http_is_said_to() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            greetAll(server, "SSH-2.0-OpenSSH_9.6\r\n");
            Result result = producer(Map.of(), "127.0.0.1:" + server.getLocalPort());
            assertEquals(1, result.exitCode());
            assertTrue(result.stderr().contains("the answer is not HTTP"), result.stderr());
            assertFalse(result.stderr().contains("Start one"), result.stderr());
        }
    }

    @Test
    void a_server_that_hangs_up_is_said_to_perhaps_because_it_is_for_https() throws Exception {
        try (TlsServer server = new TlsServer(folder, "localhost", 10)) {
            Result result = producer(Map.of(), "http://localhost:" + server.port(), "--retry-for", "200ms");
            assertEquals(1, result.exitCode());
            assertTrue(
                    result.stderr()
                            .matches(
                                    "(?s).*(closed without an answer|connection reset)\\. If the server expects TLS, use https://.*"),
                    result.stderr());
        }
    }

    private static void greetAll(ServerSocket server, String greeting) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (Socket client = server.accept()) {
                        client.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                        client.getInputStream().read();
                    }
                }
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 527})
    void an_answer_of_a_proxy_that_may_pass_is_waited_for(int status) throws IOException {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        try (FrontProxy proxy =
                new FrontProxy(broker.url(), "", path -> failed.add(path) ? Answer.html(status) : null)) {
            Result result = producer(Map.of(), proxy.url());
            assertEquals(0, result.exitCode(), result.stderr());
            assertTrue(
                    result.stderr().contains("the proxy or server at " + proxy.url() + " answered " + status),
                    result.stderr());
        }
    }

    @Test
    void a_proxy_that_goes_on_failing_is_named_when_time_is_up() throws IOException {
        try (FrontProxy proxy = new FrontProxy(broker.url(), "", path -> Answer.html(502))) {
            for (String script : List.of("Producer.java", "Consumer.java")) {
                Result result =
                        Commands.run(script, "-b", proxy.url(), "-t", "connection.down", "--retry-for", "300ms");
                assertEquals(1, result.exitCode());
                assertTrue(
                        result.stderr().contains("answered 502 (tried for 0.3 s)")
                                && !result.stderr().contains("not like a mini-kafka broker"),
                        result.stderr());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504, 521})
    void a_consumer_loses_nothing_when_a_proxy_loses_answers(int status) throws IOException {
        broker.http().produce("connection.lost" + status, 5);
        Set<String> failed = ConcurrentHashMap.newKeySet();
        for (String how : List.of("--commit=auto", "--poll-interval=10ms")) {
            failed.clear();
            try (FrontProxy proxy = new FrontProxy(
                    broker.url(),
                    "",
                    path -> path.startsWith("/consume") && failed.add(path)
                            ? Answer.html(status).late()
                            : null)) {
                Result result = Commands.run(
                        "Consumer.java", "-b", proxy.url(), "-t", "connection.lost" + status, "--exit-at-end", how);
                assertEquals("v0\nv1\nv2\nv3\nv4\n", result.out(), result.stderr());
            }
        }
    }

    @Test
    void a_consumer_whose_answers_are_always_lost_ends() throws IOException {
        broker.http().produce("connection.always", 1);
        try (FrontProxy proxy =
                new FrontProxy(broker.url(), "", path -> path.equals("/consume/batch") ? Answer.html(502) : null)) {
            Result result =
                    Commands.run("Consumer.java", "-b", proxy.url(), "-t", "connection.always", "--retry-for", "500ms");
            assertEquals(1, result.exitCode());
            assertTrue(result.stderr().contains("answered 502"), result.stderr());
        }
    }

    @Test
    void a_redirect_is_not_followed_but_named() throws IOException {
        try (FrontProxy proxy = new FrontProxy(
                broker.url(), "", path -> Answer.html(301).with("Location", "https://broker.example" + path))) {
            Result result = producer(Map.of(), proxy.url());
            assertEquals(1, result.exitCode());
            assertTrue(
                    result.stderr().contains("301") && result.stderr().contains("points to https://broker.example"),
                    result.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<html>Welcome to the hotel</html>", "{}", "[1]", "\"ok\"", "{\"status\":\"ok\"", "null", " "})
    void an_answer_that_no_broker_gives_asks_whether_the_url_is_right(String body) throws IOException {
        for (String media : List.of("text/html", "application/json")) {
            try (FrontProxy proxy = new FrontProxy(
                    broker.url(), "", path -> new Answer(200, body, List.of("Content-Type", media), false))) {
                for (String script : List.of("Producer.java", "Consumer.java")) {
                    Result result = Commands.run(script, "-b", proxy.url(), "-t", "connection.hotel");
                    assertEquals(1, result.exitCode());
                    assertTrue(result.stderr().contains("Is the URL right?"), result.stderr());
                    LifecycleTest.assertOneLine(result.stderr());
                }
            }
        }
    }

    private static Result producer(Map<String, String> environment, String url, String... options) {
        List<String> command = new ArrayList<>(List.of("Producer.java", "-t", "connection", "-b", url));
        command.addAll(List.of(options));
        command.add("x");
        return run(environment, command.toArray(String[]::new));
    }

    /** Runs a command in this process, or in a process of its own if it needs system properties of its own. */
    private static Result run(Map<String, String> environment, String... command) {
        if (!environment.containsKey("JAVA_TOOL_OPTIONS")) {
            return Commands.run(environment, new byte[0], command);
        }
        List<String> arguments = new ArrayList<>(List.of("./jbang"));
        arguments.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().putAll(environment);
        return Scripts.finish(Scripts.startProcess(builder), new byte[0]);
    }
}
