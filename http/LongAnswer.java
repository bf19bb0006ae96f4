package http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.Listing;
import engine.Reservation;
import http.jetty.DetachedCallback;
import http.jetty.SlowReaderWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An answer in JSON that may be larger than the available memory. It is created in pieces, each when the client has received the one
 * before. An answer of one piece is sent with a Content-Length. Not thread-safe; an instance can be sent once.
 */
public final class LongAnswer {
    /** The size of a piece, in bytes. */
    private static final int PIECE = 64 << 10;

    /** The memory of an item in the list of all items, in bytes. */
    private static final int ITEM = 64;

    private final Iterator<Part> parts;
    private final long items;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(256);
    private JsonGenerator json;
    private Reservation memory;
    private Request request;
    private Response response;
    private Callback callback;

    /** Writes a part of the answer, such as an item of a list. */
    public interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * @param parts each part is created when it is written
     * @param items the number of items in lists that are kept until the answer is sent
     */
    public LongAnswer(Stream<Part> parts, long items) {
        this.parts = parts.iterator();
        this.items = items;
    }

    /** An answer that is an object with a list, such as {@code {"topics":[...]}}. */
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

    /** The memory of the answer before it is sent, in bytes. */
    long memory() {
        return ITEM * items;
    }

    /**
     * Sends the answer.
     *
     * @param memory has taken {@link #memory()} already, and is closed when the answer ends
     * @throws engine.EngineException OVERLOADED; then nothing was sent
     */
    void send(ObjectMapper mapper, Reservation memory, Request request, Response response, Callback callback)
            throws IOException {
        this.memory = memory;
        this.request = request;
        this.response = response;
        this.callback = callback;
        json = mapper.createGenerator(piece);
        boolean isLast = makePiece();
        memory.take(isLast ? piece.size() : 2 * PIECE);
        if (isLast) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, piece.size());
        }
        write(isLast);
    }

    /** @return whether this is the last piece */
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
            SlowReaderWatch watch = SlowReaderWatch.start(request);
            response.write(
                    false,
                    bytes,
                    Callback.from(
                            () -> {
                                watch.end();
                                request.getComponents().getExecutor().execute(this::resume);
                            },
                            e -> {
                                watch.end();
                                end(e);
                            }));
        }
    }

    private void resume() {
        try {
            write(makePiece());
        } catch (Throwable e) {
            // Such as an OutOfMemoryError. The connection ends, so that the client knows that the answer is incomplete.
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
