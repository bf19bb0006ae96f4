package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Producers that send one message each and wait for its answer, in a process of its own as Kafka's: {@code PORT TOPIC COUNT
 * SECONDS}. Prints how many messages of 100 bytes a second were accepted, after as many seconds again of warming up.
 */
final class SingleProducers {
    private static volatile boolean isOver;

    private SingleProducers() {}

    public static void main(String... args) throws InterruptedException {
        LongAdder accepted = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Thread thread = new Thread(() -> produce(Integer.parseInt(args[0]), args[1], accepted));
            thread.start();
            threads.add(thread);
        }
        int seconds = Integer.parseInt(args[3]);
        TimeUnit.SECONDS.sleep(seconds);
        long before = accepted.sum();
        TimeUnit.SECONDS.sleep(seconds);
        System.out.println((accepted.sum() - before) / (double) seconds);
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void produce(int port, String topic, LongAdder accepted) {
        String message = OurBroker.message(topic);
        try (HttpConnection connection = new HttpConnection(port)) {
            while (!isOver) {
                connection.exchange("POST", "/produce", message).expectOk();
                accepted.increment();
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
