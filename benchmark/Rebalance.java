package benchmark;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How soon a partition, with what was not committed of it, goes to another member of a group that waits for messages. */
final class Rebalance implements Measure {
    private static final int SESSION_TIMEOUT_MS = 1_000;
    private static final int WAIT_MS = 30_000;
    private static final int SETTLE_MS = 50;
    private static final int ROUNDS = 10;

    @Override
    public String name() {
        return "rebalance";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        Comparison left = new Comparison(
                "rebalance: from a leave to the next owner's message",
                "",
                Format.MILLIS,
                Bar.noMoreThan(100, Format.MILLIS));
        Comparison died = new Comparison(
                "rebalance: the same after a crash, plus the session timeout of " + SESSION_TIMEOUT_MS + " ms",
                "",
                Format.MILLIS,
                Bar.noMoreThan(1_000, Format.MILLIS));
        try (OurBroker ours = OurBroker.start(bench)) {
            for (int round = 0; round < ROUNDS; round++) {
                left.add(handOver(ours, "left-" + round, true));
                died.add(handOver(ours, "died-" + round, false) - SESSION_TIMEOUT_MS);
            }
        }
        return List.of(left.row(), died.row());
    }

    /** Milliseconds from the last that was heard of a member to its message in another's hands. */
    private static double handOver(OurBroker ours, String topic, boolean leaves)
            throws IOException, InterruptedException {
        String owner = topic + "-owner";
        String heir = topic + "-heir";
        try (HttpConnection first = new HttpConnection(ours.port());
                HttpConnection second = new HttpConnection(ours.port())) {
            first.exchange("POST", "/topics/register", "{\"topic\":\"" + topic + "\",\"partitions\":2}")
                    .expectOk();
            join(first, topic, owner);
            join(second, topic, heir); // takes partition 1
            second.send("POST", "/consume", "{\"consumer_id\":\"" + heir + "\",\"wait_ms\":" + WAIT_MS + "}");
            TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
            first.exchange("POST", "/produce", "{\"topic\":\"" + topic + "\",\"value\":\"v\",\"partition\":0}")
                    .expectOk();
            first.exchange("POST", "/consume", "{\"consumer_id\":\"" + owner + "\"}")
                    .expectOk();
            long start = System.nanoTime();
            if (leaves) {
                first.exchange("POST", "/consumers/unregister", "{\"consumer_id\":\"" + owner + "\"}")
                        .expectOk();
            }
            second.receive().expectOk();
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static void join(HttpConnection connection, String topic, String consumer) throws IOException {
        connection
                .exchange(
                        "POST",
                        "/consumers/register",
                        "{\"topic\":\"" + topic + "\",\"group\":\"g\",\"consumer_id\":\"" + consumer
                                + "\",\"auto_commit\":false,\"session_timeout_ms\":" + SESSION_TIMEOUT_MS + "}")
                .expectOk();
    }
}
