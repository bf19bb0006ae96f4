package tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real nginx before a broker, below {@code /kafka/}, with nginx's default headers. Without nginx, the test is skipped. */
final class Nginx implements AutoCloseable {
    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param more further lines of the server's configuration */
    static Nginx before(RunningBroker broker, String more) throws IOException {
        Path program = Page.program("nginx");
        assumeTrue(program != null, "no nginx here (Debian has it in nginx-light)");
        Path folder = Files.createTempDirectory("nginx");
        int port = Scripts.freePort();
        StringBuilder paths = new StringBuilder();
        for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            paths.append(kind)
                    .append("_temp_path ")
                    .append(folder.resolve(kind))
                    .append("; ");
        }
        Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; pid " + folder.resolve("pid")
                        + "; error_log stderr; worker_processes 1;\nevents {}\nhttp { access_log off; " + paths
                        + "\nserver { listen 127.0.0.1:" + port + ";\nlocation /kafka/ { proxy_pass " + broker.url()
                        + "/; }\n" + more + "\n} }\n");
        Process process = new ProcessBuilder(
                        program.toString(), "-c", folder.resolve("nginx.conf").toString(), "-e", "stderr")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Await.until("nginx serves", () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return new Nginx(process, port);
    }

    /** By a name that only a browser of {@link Page} knows. */
    String urlByName() {
        return "http://kafka.example:" + port + "/kafka/";
    }

    String url() {
        return "http://127.0.0.1:" + port + "/kafka/";
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
