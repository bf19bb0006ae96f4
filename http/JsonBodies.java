package http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.Reservation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
        try {
            T request = json.get().readValue(body.array(), 0, body.remaining(), type);
            if (request == null) {
                throw Problems.notAnObject();
            }
            return request;
        } catch (JsonProcessingException e) {
            throw Problems.unreadable(e);
        } catch (IOException e) { // not UTF-8
            throw Problems.notJson(e.getMessage());
        }
    }

    /** Writes a record as JSON, with a line feed at its end, so that answers stand one below the other on a terminal. */
    ByteBuffer write(Object answer) {
        Output output = new Output();
        try {
            json.get().writeValue(output, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output.write('\n');
        return output.written();
    }

    /** Most answers fit into its first array, which is not copied. */
    private static final class Output extends ByteArrayOutputStream {
        Output() {
            super(256);
        }

        ByteBuffer written() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }
}
