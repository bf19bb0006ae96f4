package http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.Listing;
import engine.Reservation;
import http.jetty.DetachedCallback;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer in JSON that may be larger than the memory that there is. It is made piece by piece, each when the client has taken the one
 * before. An answer of one piece is sent with its length. To be sent once.
 */
public final class LongAnswer {
    private static final int PIECE = 64 << 10;

    /** What an item takes in the list of all of them, in bytes. */
    private static final int ITEM = 64;

    private final Iterator<Part> parts;
    private final long items;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(256);
    private JsonGenerator json;
    private Reservation memory;
    private Response response;
    private Callback callback;
    private Executor pool;

    /** Writes a part of the answer, such as an item of a list. */
    public interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * @param parts each is asked for when it is to be written
     * @param items of how many items there is a list meanwhile
     */
    public LongAnswer(Stream<Part> parts, long items) {
        this.parts = parts.iterator();
        this.items = items;
    }

    /** An object that has a list, such as {@code {"topics":[...]}}. */
    public static LongAnswer list(String name, Listing<?> listing) {
        Part start = json -> {
            json.writeStartObject();
            json.writeArrayFieldStart(name);
        };
        Part end = json -> {
            json.writeEndArray();
            json.writeEndObject();
        };
        Stream<Part> list = listing.items().map(item -> json -> json.writePOJO(item));
        return new LongAnswer(Stream.concat(Stream.concat(Stream.of(start), list), Stream.of(end)), listing.size());
    }

    /** What it takes before it is sent, in bytes. */
    long memory() {
        return ITEM * items;
    }

    /**
     * Sends it.
     *
     * @param memory which has taken {@link #memory()}, and is closed in the end
     * @param pool makes all pieces but the first
     * @throws engine.EngineException OVERLOADED; then nothing was sent
     */
    void send(ObjectMapper mapper, Reservation memory, Response response, Callback callback, Executor pool)
            throws IOException {
        this.memory = memory;
        this.response = response;
        this.callback = callback;
        this.pool = pool;
        json = mapper.createGenerator(piece);
        boolean isLast = makePiece();
        memory.take(isLast ? piece.size() : 2 * PIECE);
        if (isLast) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, piece.size());
        }
        write(isLast);
    }

    /** @return whether it is the last one */
    private boolean makePiece() throws IOException {
        piece.reset();
        while (parts.hasNext() && piece.size() < PIECE) {
            parts.next().write(json);
            json.flush();
        }
        if (parts.hasNext()) {
            return false;
        }
        json.close();
        piece.write('\n');
        return true;
    }

    private void write(boolean isLast) {
        ByteBuffer bytes = ByteBuffer.wrap(piece.toByteArray());
        if (isLast) {
            DetachedCallback.write(response, bytes, callback, Callback.from(() -> end(null), this::end));
        } else {
            response.write(false, bytes, Callback.from(() -> pool.execute(this::resume), this::end));
        }
    }

    private void resume() {
        try {
            write(makePiece());
        } catch (
                Throwable e) { // an OutOfMemoryError, say: the connection ends, so that the client knows that something
            // is missing
            end(e);
        }
    }

    private void end(Throwable failure) {
        memory.close();
        if (failure == null) {
            callback.succeeded();
        } else {
            callback.failed(failure);
        }
    }
}
