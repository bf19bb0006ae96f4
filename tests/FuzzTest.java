package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.fuzz.Failures;
import tests.fuzz.FuzzRun;
import tests.fuzz.FuzzRun.Sort;

/** A short form of the fuzz, {@code ./jbang tests/Fuzz.java}, and what it has to find. */
class FuzzTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true);

    @Test
    void strange_requests_are_answered_as_documented_and_a_restart_loses_nothing() {
        int exitCode = Fuzz.run(out, "--requests", "5000", "--seed", "13");
        assertEquals(0, exitCode, said.toString(UTF_8));
        assertTrue(said.toString(UTF_8).endsWith("11000 requests, 0 failures\n"), said.toString(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SCHEMA | 500 | {} | status 500",
                "BYTES | 500 | {} | status 500",
                "BYTES | 404 | java.io.IOException | tells of the inside",
                "SCHEMA | 404 | {} | content type",
                "SCHEMA | 299 | {} | status 299 is not documented"
            })
    void a_server_that_answers_wrongly_is_found_out(Sort sort, int status, String body, String fault) throws Exception {
        HttpServer server = serverOf(status, body);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.start();
        try {
            Failures failures = new Failures(out);
            new FuzzRun(1, out, failures).send(server.getAddress().getPort(), sort, 50, () -> {});
            assertTrue(failures.count() > 0 && said.toString(UTF_8).contains(fault), said.toString(UTF_8));
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    /** A server that has the broker's document, and answers all else so. */
    private static HttpServer serverOf(int status, String body) throws IOException {
        byte[] document =
                BrokerProcess.shared().http().get("/openapi.json").text().getBytes(UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", call -> {
            boolean isDocument = call.getRequestURI().getPath().equals("/openapi.json");
            byte[] answer = isDocument ? document : body.getBytes(UTF_8);
            call.getRequestBody().readAllBytes();
            call.sendResponseHeaders(
                    isDocument ? 200 : status, call.getRequestMethod().equals("HEAD") ? -1 : answer.length);
            call.getResponseBody().write(answer);
            call.close();
        });
        return server;
    }
}
