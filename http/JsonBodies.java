package http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.JsonText;
import engine.Reservation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;

/** Reads the JSON bodies of requests and writes those of responses. */
final class JsonBodies {
    /** In bytes. The memory to parse a body up to this size is not counted, because few threads parse at a time. */
    static final int SMALL = 16 << 10;

    private final Supplier<? extends ObjectMapper> json;

    /** @param json called on first use, because a mapper takes long to create */
    JsonBodies(Supplier<? extends ObjectMapper> json) {
        this.json = json;
    }

    /**
     * @param memory the reservation that parsing a large body takes its memory from
     * @throws Problem 400 if the body is not JSON, 422 if it does not match the type
     * @throws engine.EngineException TOO_LARGE, OVERLOADED
     */
    <T> T read(ByteBuffer body, Class<T> type, Reservation memory) {
        if (!body.hasRemaining()) {
            throw Problems.notJson("it is empty.");
        }
        if (body.remaining() > SMALL) {
            memory.take(JsonMemory.ofAll(body));
        }
        ObjectMapper mapper = json.get();
        try (JsonParser parser = mapper.createParser(body.array(), 0, body.remaining())) {
            T request = mapper.readValue(parser, type);
            if (request == null) {
                throw Problems.notAnObject();
            }
            requireEnd(parser);
            return request;
        } catch (JsonProcessingException e) {
            throw hasTwoObjects(mapper, body) ? moreThanOneObject() : Problems.unreadable(e);
        } catch (IOException e) { // not UTF-8
            throw Problems.notJson(e.getMessage());
        }
    }

    /**
     * Checks that a body is UTF-8. Jackson accepts overlong forms and surrogates in UTF-8, and takes zero bytes for UTF-16.
     *
     * @throws Problem 400
     */
    static void requireUtf8(ByteBuffer body) {
        byte[] bytes = body.array();
        int length = body.remaining();
        int wrong = JsonText.firstNotUtf8(bytes, 0, length);
        if (wrong >= 0) {
            throw Problems.notJson(
                    String.format("byte %d of it (0x%02X) is not UTF-8. Send it in UTF-8.", wrong, bytes[wrong]));
        }
        if (length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
            throw Problems.notJson("it seems to be UTF-16 or UTF-32. Send it in UTF-8.");
        }
    }

    /** @throws Problem 400 if something follows the value that the parser has read */
    static void requireEnd(JsonParser parser) throws IOException {
        JsonToken next = parser.nextToken();
        if (next == JsonToken.START_OBJECT) {
            throw moreThanOneObject();
        }
        if (next != null) {
            throw Problems.notJson("there is more text after its first value.");
        }
    }

    /** If a body has two objects, this is the error to report, not a field that the first object lacks. */
    private static boolean hasTwoObjects(ObjectMapper mapper, ByteBuffer body) {
        try (JsonParser parser = mapper.createParser(body.array(), 0, body.remaining())) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == JsonToken.START_OBJECT;
        } catch (IOException notJson) {
            return false;
        }
    }

    private static Problem moreThanOneObject() {
        return Problems.notJson(
                "it has more than one object. Send one object in each request. To send many messages, use POST /produce/batch?topic=demo "
                        + "with an object on each line and -H 'Content-Type: application/x-ndjson'.");
    }

    /** The mapper, for an answer that is written in pieces. */
    ObjectMapper mapper() {
        return json.get();
    }

    /**
     * Writes a record as JSON with a line feed at the end, so that a terminal shows each answer on its own line.
     *
     * @param memory the reservation that a large answer takes its memory from
     * @throws engine.EngineException TOO_LARGE, OVERLOADED
     */
    ByteBuffer write(Object answer, Reservation memory) {
        Output output = new Output(memory);
        try {
            json.get().writeValue(output, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output.write('\n');
        return output.written();
    }

    /** Writes a small record. */
    ByteBuffer write(Object answer) {
        return write(answer, null);
    }

    /** Most answers fit into its first array, which is not copied. */
    private static final class Output extends OutputStream {
        private final Reservation memory;
        private byte[] bytes = new byte[256];
        private int length;

        /** @param memory null if the answer is small */
        Output(Reservation memory) {
            this.memory = memory;
        }

        @Override
        public void write(int b) {
            ensureRoom(1);
            bytes[length++] = (byte) b;
        }

        @Override
        public void write(byte[] source, int from, int size) {
            ensureRoom(size);
            System.arraycopy(source, from, bytes, length, size);
            length += size;
        }

        ByteBuffer written() {
            return ByteBuffer.wrap(bytes, 0, length);
        }

        private void ensureRoom(int more) {
            if (length + more > bytes.length) {
                int size = Math.max(length + more, 2 * bytes.length);
                bytes = memory == null ? Arrays.copyOf(bytes, size) : memory.larger(bytes, length, size);
            }
        }
    }
}
