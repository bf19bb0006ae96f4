package benchmark;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * What Kafka's EndToEndLatency does, to our broker: sends a message to a consumer that waits already, takes the
 * acknowledgement, then the message, and only then goes on. Runs in a JVM of its own, as that one does, and counts from its
 * first message on.
 */
final class EndToEnd {
    private static final int WAIT_MS = 10_000;

    private EndToEnd() {}

    /** Arguments: port, topic, consumer id (both registered), number of messages. Prints mean and 99th percentile in ms. */
    public static void main(String... args) {
        try {
            print(measure(args));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static long[] measure(String... args) throws IOException {
        int port = Integer.parseInt(args[0]);
        String ask = "{\"consumer_id\":\"" + args[2] + "\",\"wait_ms\":" + WAIT_MS + "}";
        String message = OurBroker.message(args[1]);
        long[] nanos = new long[Integer.parseInt(args[3])];
        try (HttpConnection consumer = new HttpConnection(port);
                HttpConnection producer = new HttpConnection(port)) {
            for (int i = 0; i < nanos.length; i++) {
                consumer.send("POST", "/consume", ask);
                long start = System.nanoTime();
                producer.exchange("POST", "/produce", message).expectOk();
                consumer.receive().expectOk();
                nanos[i] = System.nanoTime() - start;
            }
        }
        return nanos;
    }

    private static void print(long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%f %f%n",
                Arrays.stream(nanos).average().orElseThrow() / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6);
    }
}
