///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Producers that send one message each and wait for its acknowledgement. KafkaProducers.java ADDRESS TOPIC COUNT SECONDS
//JAVA 17+
//DEPS org.apache.kafka:kafka-clients:4.3.1
//DEPS org.slf4j:slf4j-nop:1.7.36
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Prints how many messages of 100 bytes a second were acknowledged, after as many seconds again of warming up. */
public class KafkaProducers {
    private static volatile boolean isOver;

    public static void main(String... args) throws Exception {
        LongAdder acknowledged = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Thread thread = new Thread(() -> produce(args[0], args[1], acknowledged));
            thread.start();
            threads.add(thread);
        }
        long millis = 1000L * Integer.parseInt(args[3]);
        Thread.sleep(millis);
        long before = acknowledged.sum();
        Thread.sleep(millis);
        System.out.println((acknowledged.sum() - before) * 1000.0 / millis);
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void produce(String address, String topic, LongAdder acknowledged) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "acks", "1", "linger.ms", 0, "enable.idempotence", false);
        byte[] value = "x".repeat(100).getBytes();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            while (!isOver) {
                producer.send(new ProducerRecord<>(topic, value)).get();
                acknowledged.increment();
            }
        } catch (Exception e) {
            System.err.println(e);
            System.exit(1);
        }
    }
}
