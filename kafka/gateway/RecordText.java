package kafka.gateway;

import engine.DecodedMessage;
import engine.Header;
import engine.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Writes records of Kafka as messages. For one thread. */
final class RecordText {
    private final MessageWriter writer;

    RecordText(MessageWriter writer) {
        this.writer = writer;
    }

    /** Returns false if the writer is full. */
    boolean write(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>(0);
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        return writer.message(
                record.offset(), record.timestamp(), new DecodedMessage(record.value(), record.key(), headers));
    }
}
