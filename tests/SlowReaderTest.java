package tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Clients of a stream that do not keep up. */
class SlowReaderTest {
    private static final int SIZE = 1_000_000;

    /** The broker waits for 10 s for somebody to take 64 KB. */
    private static final long SECONDS_FOR_ALL = 13;

    @Test
    void who_takes_nothing_is_cut_off_and_who_takes_it_slowly_gets_it_all() throws IOException {
        try (BrokerProcess broker = BrokerProcess.start();
                Socket idle = new Socket("127.0.0.1", broker.port());
                Socket slow = new Socket()) {
            byte[] lines = ("x".repeat(999) + "\n").repeat(20_000).getBytes(StandardCharsets.UTF_8);
            broker.http().produce("many", 0);
            broker.http().post("/produce/batch?topic=many", "text/plain", lines);
            broker.http().produce("large", 0);
            broker.http().post("/produce", "topic", "large", "value", "x".repeat(SIZE));
            follow(idle, "many");
            Await.until("it is full", () -> connectionsWrittenTo(broker.port()) == 1);
            slow.setReceiveBufferSize(16 << 10);
            slow.connect(new InetSocketAddress("127.0.0.1", broker.port()));
            follow(slow, "large");
            int got = takeSlowly(slow);
            assertTrue(got >= SIZE, got + " bytes");
            Await.until(
                    "the broker has let go of the one that took nothing",
                    () -> connectionsWrittenTo(broker.port()) == 0);
        }
    }

    private static void follow(Socket socket, String topic) throws IOException {
        socket.getOutputStream()
                .write(("GET /topics/" + topic + "/stream HTTP/1.1\r\nHost: x\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static int takeSlowly(Socket socket) throws IOException {
        byte[] buffer = new byte[8 << 10];
        long start = System.nanoTime();
        int got = 0;
        for (int read; got < SIZE && (read = socket.getInputStream().read(buffer)) > 0; ) {
            got += read;
            LockSupport.parkNanos(start + TimeUnit.SECONDS.toNanos(SECONDS_FOR_ALL) * got / SIZE - System.nanoTime());
        }
        return got;
    }

    /** Connections of the broker with something in their buffer that is not taken. */
    static long connectionsWrittenTo(int port) throws IOException {
        List<String> connections = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
        connections.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
        return connections.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[1].endsWith(String.format(":%04X", port))
                        && fields[3].equals("01")
                        && !fields[4].startsWith("00000000:"))
                .count();
    }
}
