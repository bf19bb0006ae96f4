package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a broker for what so many open pages ask for, as often: all that a page costs a broker, without the browsers, which would need a
 * machine each.
 */
final class PageVisitors implements AutoCloseable {
    private static final int LOOK_MS = 500;
    private static final int CELLS = 27;
    private static final int THREADS = 8;
    private static final Pattern PARTITION =
            Pattern.compile("\"partition\":(\\d+),\"messages\":\\d+,\"start_offset\":\\d+,\"end_offset\":(\\d+)");

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
    private final List<HttpConnection> connections = new ArrayList<>();
    private volatile IOException failure;

    PageVisitors(int port, String topic, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            HttpConnection connection = new HttpConnection(port);
            connections.add(connection);
            int[] looks = new int[1];
            threads.scheduleAtFixedRate(
                    () -> look(connection, topic, looks[0]++ % 2 == 0),
                    (long) LOOK_MS * i / count,
                    LOOK_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** @throws IOException if one of them was not answered as it should be */
    @Override
    public void close() throws IOException {
        threads.shutdown();
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (HttpConnection connection : connections) {
            connection.close();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Of a topic through which more passes than it shows, a page asks for the messages at every other look. */
    private void look(HttpConnection connection, String topic, boolean withMessages) {
        try {
            connection.exchange("GET", "/stats", "").expectOk();
            String info = connection.exchange("GET", "/topics/" + topic, "").expectOk();
            Matcher partition = PARTITION.matcher(info);
            if (!partition.find()) {
                throw new IOException("a topic of several partitions is needed, but it is " + info);
            }
            partition.reset();
            while (withMessages && partition.find()) {
                long from = Math.max(0, Long.parseLong(partition.group(2)) - CELLS);
                connection
                        .exchange(
                                "GET",
                                "/topics/" + topic + "/messages?partition=" + partition.group(1) + "&offset=" + from
                                        + "&max_messages=" + CELLS,
                                "")
                        .expectOk();
            }
        } catch (IOException e) {
            failure = e;
        }
    }
}
