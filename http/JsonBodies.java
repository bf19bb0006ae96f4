package http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** Reads the JSON bodies of requests and writes those of responses. */
final class JsonBodies {
    private final Supplier<? extends ObjectMapper> json;

    /** @param json asked for on first use, since it takes a while to make */
    JsonBodies(Supplier<? extends ObjectMapper> json) {
        this.json = json;
    }

    /** @throws Problem 400 if the body is not JSON, 422 if it is not what the type says */
    <T> T read(ByteBuffer body, Class<T> type) {
        if (!body.hasRemaining()) {
            throw Problems.notJson("it is empty.");
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
