///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uses the topics of a broker with one version of kafka-clients: -Dkafka.clients=4.0.2
//JAVA 17+
//DEPS org.apache.kafka:kafka-clients:${kafka.clients:4.3.1}
//DEPS org.slf4j:slf4j-nop:1.7.36

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Creates a topic, produces with each compression, and consumes, without a group and in a group. Fails with an exception. */
public class JavaClient {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private final String broker;
    private final String topic;

    private JavaClient(String broker, String topic) {
        this.broker = broker;
        this.topic = topic;
    }

    /** The arguments are the address of the broker, and a new topic. */
    public static void main(String... args) throws Exception {
        JavaClient client = new JavaClient(args[0], args[1]);
        client.produce();
        client.consume(false);
        client.consume(true);
    }

    private Properties settings(Map<String, String> more) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker);
        settings.putAll(more);
        return settings;
    }

    private void produce() throws Exception {
        try (Admin admin = Admin.create(settings(Map.of()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        for (String codec : CODECS) {
            Properties settings = settings(Map.of("compression.type", codec));
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                ProducerRecord<String, String> record = new ProducerRecord<>(topic, "key", codec);
                record.headers().add("header", new byte[] {1});
                producer.send(record).get();
            }
        }
    }

    private void consume(boolean isInGroup) {
        Map<String, String> settings = new HashMap<>(Map.of("auto.offset.reset", "earliest"));
        if (isInGroup) {
            settings.put("group.id", topic);
        }
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings(settings), new StringDeserializer(), new StringDeserializer())) {
            if (isInGroup) {
                consumer.subscribe(List.of(topic));
            } else {
                consumer.assign(List.of(new TopicPartition(topic, 0)));
            }
            int count = 0;
            for (int i = 0; i < 60 && count < CODECS.size(); i++) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    boolean isExpected = record.offset() == count
                            && record.value().equals(CODECS.get(count))
                            && record.headers().lastHeader("header").value().length == 1;
                    if (!isExpected) {
                        throw new IllegalStateException("unexpected " + record);
                    }
                    count++;
                }
            }
            if (count < CODECS.size()) {
                throw new IllegalStateException("only " + count + " messages, group: " + isInGroup);
            }
        }
    }
}
