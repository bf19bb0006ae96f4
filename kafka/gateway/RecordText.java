package kafka.gateway;

import engine.MessageCodec;
import engine.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Writes records of Kafka as messages. Bytes that are not UTF-8 become U+FFFD. A value without bytes, which Kafka calls a tombstone, becomes
 * an empty text. Of several headers with the same name, the last one counts. For one thread.
 */
final class RecordText {
    private final MessageWriter writer;
    private final Buffer encoded = new Buffer();

    RecordText(MessageWriter writer) {
        this.writer = writer;
    }

    /** Returns false if the writer is full. */
    boolean write(ConsumerRecord<byte[], byte[]> record) {
        encoded.reset();
        MessageCodec.encode(
                record.value() == null ? "" : text(record.value()),
                record.key() == null ? null : text(record.key()),
                headers(record),
                piece -> encoded.write(piece, 0, piece.length));
        return writer.message(record.offset(), record.timestamp(), encoded.bytes(), 0, encoded.size());
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = null;
        for (Header header : record.headers()) {
            headers = headers == null ? new LinkedHashMap<>() : headers;
            headers.put(header.key(), header.value() == null ? "" : text(header.value()));
        }
        return headers;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Gives its array without a copy. */
    private static final class Buffer extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }
}
