package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void what_is_in_flight_is_answered_when_it_stops() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(); Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            String body = "{\"topic\":\"slow\"}";
            OutputStream out = socket.getOutputStream();
            out.write(("POST /topics/register HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n{").getBytes());
            out.flush();
            broker.http().get("/health"); // by then the request above is being served
            Thread stopping = new Thread(broker::terminate);
            stopping.start();
            Await.until("it takes no new connections", () -> refusesConnections(broker.port()));
            out.write(body.substring(1).getBytes());
            out.flush();
            String response = new String(socket.getInputStream().readAllBytes());
            assertTrue(response.startsWith("HTTP/1.1 200") && response.contains("\"created\":true"), response);
            stopping.join();
            assertEquals(0, broker.terminate());
        }
    }

    @Test
    void a_port_in_use_is_one_line_and_exit_code_1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Result result = Scripts.run("Broker.java", "--port", String.valueOf(taken.getLocalPort()));
            assertEquals(1, result.exitCode());
            assertOneLine(result.stderr());
            assertTrue(result.stderr().contains("" + taken.getLocalPort()), result.stderr());
        }
    }

    @ParameterizedTest
    @CsvSource({"--port,nonsense", "--port,70000", "--port,-1", "--max-message-bytes,0", "--no-such-option,1", "--host,no.such.host.invalid",
        "--port-file,/no/such/folder/port", "--port-file,/", "--allow-host,http://x.example", "--allow-host,*.x.example"})
    void a_bad_option_is_one_line_and_not_0(String option, String value) {
        Result result = option.equals("--port")
                ? Scripts.run("Broker.java", option, value)
                : Scripts.run("Broker.java", "--port", "0", option, value);
        assertNotEquals(0, result.exitCode());
        assertOneLine(result.stderr());
    }

    @Test
    void the_environment_gives_defaults() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("./jbang", "Broker.java");
        builder.environment().put("MINI_KAFKA_PORT", "nonsense");
        Result result = Scripts.finish(Scripts.startProcess(builder), new byte[0]);
        assertEquals(2, result.exitCode());
        assertTrue(result.stderr().contains("nonsense"), result.stderr());
    }

    @Test
    void the_limit_of_a_message_can_be_set() {
        try (BrokerProcess broker = BrokerProcess.start("--max-message-bytes", "10")) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t");
            assertEquals(200, http.post("/produce", "topic", "t", "value", "0123456789").status());
            assertEquals(413, http.post("/produce", "topic", "t", "value", "0123456789", "key", "k").status());
        }
    }

    private static boolean refusesConnections(int port) {
        try (Socket socket = new Socket("127.0.0.1", port); InputStream in = socket.getInputStream()) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    static void assertOneLine(String stderr) {
        assertEquals(1, stderr.lines().count(), stderr);
    }
}
