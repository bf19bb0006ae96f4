package tests;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A client as there are many: it produces one small message after the other on one connection, and notes how long the answers take. */
final class SteadyClient implements AutoCloseable {
    static final String TOPIC = "steady";

    /** Which leaves the cores to others, and makes some hundred messages a second. */
    private static final long PAUSE_MS = 2;

    private static final String MESSAGE = "{\"topic\":\"" + TOPIC + "\",\"value\":\"" + "v".repeat(100) + "\"}";

    private final RawConnection connection;
    private final Thread thread = new Thread(this::run, "steady");
    private final Map<Integer, Integer> counts = new TreeMap<>();
    private long slowestMs;
    private IOException failure;
    private volatile boolean isClosed;

    SteadyClient(BrokerProcess broker) throws IOException {
        broker.http().post("/topics/register", "topic", TOPIC);
        connection = new RawConnection(broker.port());
        thread.start();
    }

    /** Ends it. Then the other figures are there. */
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
            connection.close();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many answers there were of each status. */
    Map<Integer, Integer> counts() {
        return counts;
    }

    long slowestMs() {
        return slowestMs;
    }

    /** Null if every request was answered. */
    IOException failure() {
        return failure;
    }

    private void run() {
        try {
            while (!isClosed) {
                long start = System.nanoTime();
                int status;
                try {
                    status = connection.post("/produce", MESSAGE);
                } finally {
                    slowestMs = Math.max(slowestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                }
                counts.merge(status, 1, Integer::sum);
                Thread.sleep(PAUSE_MS);
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
