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
    /** What is read of a body up to this size, in bytes, is not counted: only so many threads read. */
    static final int SMALL = 16 << 10;

    private final Supplier<? extends ObjectMapper> json;

    /** @param json asked for on first use, since it takes a while to make */
    JsonBodies(Supplier<? extends ObjectMapper> json) {
        this.json = json;
    }

    /**
     * @param memory which what is read of a large body is taken from
     * @throws Problem 400 if the body is not JSON, 422 if it is not what the type says
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
     * Checks what Jackson does not: it accepts overlong forms and surrogates in UTF-8, and takes zeros for UTF-16.
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
            throw Problems.notJson("something follows its first value.");
        }
    }

    /** The first of two may lack what the second one has, which is then not what is wrong. */
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
                "it has more than one object. Send one object a request. Many messages go to POST /produce/batch?topic=demo, "
                        + "an object a line, with -H 'Content-Type: application/x-ndjson'.");
    }

    /** For an answer that is written piece by piece. */
    ObjectMapper mapper() {
        return json.get();
    }

    /**
     * Writes a record as JSON, with a line feed at its end, so that answers stand one below the other on a terminal.
     *
     * @param memory which a large answer takes its own from
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
