package http.jetty;

import engine.EncodedMessages;
import engine.EngineException;
import engine.MessageStream;
import engine.Reservation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * An answer that does not end: server-sent events (WHATWG HTML, "Server-sent events"). No thread is held, and nothing is
 * buffered:
 *
 * <ol>
 * <li>It writes the events that are there.
 * <li>When the client has taken them, it goes on at 1. A client that does not take 64 KB in ten seconds is cut off: it may resume.
 * <li>If there are none, it waits for some: see {@link engine.MessageStream#await}.
 * <li>Every fifteen seconds without an event it writes a comment, which shows whether the client is still there, if that is not
 *     seen before: see {@link DisconnectWatcher}.
 * </ol>
 *
 * The stream makes the chunks of its transfer coding (RFC 9112, section 7.1). Jetty would send the end of a chunk together with the
 * next one. A reader that hands on whole chunks would then get each event only when the next one comes.
 */
public final class EventStream {
    private static final String CONTENT_TYPE = "text/event-stream;charset=utf-8";
    private static final int PATIENCE_SECONDS = 10;
    private static final int HEARTBEAT_SECONDS = 15;
    private static final int SLICE_SIZE = 64 << 10;

    /** For when the memory for requests is taken, in bytes: the stream has room for it. */
    private static final int SMALL_SLICE_SIZE = 4 << 10;
    /** The most that a chunk has besides its data: its size in hexadecimal digits, and two line ends. */
    private static final int CHUNK_OVERHEAD = 12;

    /** Without its enum, so that Jetty sends it as it is and does not make chunks by itself. */
    private static final HttpField CHUNKED = new HttpField(null, HttpHeader.TRANSFER_ENCODING.asString(), "chunked");

    private static final ByteBuffer LINE_END = ascii("\r\n");
    private static final ByteBuffer LAST_CHUNK = ascii("0\r\n\r\n");
    private static final ByteBuffer HELLO = ascii("retry: 1000\n\n");
    private static final ByteBuffer HEARTBEAT = ascii(":\n\n");

    private final MessageStream messages;
    private final Response response;
    private final Callback callback;
    private final Scheduler scheduler;
    private final EndPoint endPoint;
    private final DisconnectWatcher disconnectWatcher;
    private final boolean isChunked;

    @SuppressWarnings("UnnecessaryLambda") // it is compared by identity when it is forgotten
    private final Runnable woken = () -> onPool(this::resume);

    private Scheduler.Task heartbeat;
    private boolean isWaiting;
    private boolean hasEnded;

    /** What is being sent; null if it is nothing that takes memory. */
    private EncodedMessages sending;

    /** What has failed while something was written, which then ends the stream; null if nothing has. */
    private Throwable failure;

    /** What the stream takes as long as it lasts. */
    private final Reservation memory;

    private EventStream(
            MessageStream messages, Reservation memory, Request request, Response response, Callback callback) {
        this.messages = messages;
        this.memory = memory;
        this.response = response;
        this.callback = callback;
        this.scheduler = request.getComponents().getScheduler();
        this.isChunked = isChunked(request);
        this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        request.addIdleTimeoutListener(timeout -> false); // it is meant to be idle, and its clients are watched here
        request.addFailureListener(this::fail);
        this.disconnectWatcher = DisconnectWatcher.watch(request, () -> fail(new EofException()));
    }

    /** @param memory is closed when the stream ends, and not if this fails */
    public static void begin(
            MessageStream messages, Reservation memory, Request request, Response response, Callback callback) {
        response.setStatus(200);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE)
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("X-Accel-Buffering", "no")
                .put(HttpFields.CONNECTION_CLOSE);
        if (HttpMethod.HEAD.is(request.getMethod())) {
            response.write(true, null, Callback.from(callback, memory::close));
        } else {
            if (isChunked(request)) {
                response.getHeaders().put(CHUNKED);
            }
            EventStream stream = new EventStream(messages, memory, request, response, callback);
            try {
                stream.write(HELLO.duplicate());
            } catch (Throwable e) {
                stream.disconnectWatcher.end(); // whoever answers in its place needs the connection
                throw e;
            }
        }
    }

    /** A client of HTTP/1.0 knows no chunks: it reads up to the end of the connection. */
    private static boolean isChunked(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
    }

    private void write(ByteBuffer events) {
        boolean isLarge = events.remaining() > SMALL_SLICE_SIZE && memory.tryTake(SLICE_SIZE);
        ByteBuffer slice =
                events.slice(events.position(), Math.min(isLarge ? SLICE_SIZE : SMALL_SLICE_SIZE, events.remaining()));
        events.position(events.position() + slice.remaining());
        slice = isChunked ? chunk(slice) : slice;
        Scheduler.Task cut = scheduler.schedule(endPoint::close, PATIENCE_SECONDS, TimeUnit.SECONDS);
        response.write(
                false,
                slice,
                Callback.from(
                        () -> {
                            cut.cancel();
                            memory.giveBack(isLarge ? SLICE_SIZE : 0);
                            onPool(() -> written(events)); // not here: a long topic would make a deep stack
                        },
                        e -> {
                            cut.cancel();
                            end(e);
                        }));
    }

    private static ByteBuffer chunk(ByteBuffer data) {
        ByteBuffer chunk = ByteBuffer.allocate(data.remaining() + CHUNK_OVERHEAD);
        return chunk.put(ascii(Integer.toHexString(data.remaining()) + "\r\n"))
                .put(data)
                .put(LINE_END.duplicate())
                .flip();
    }

    private void onPool(Runnable step) {
        ForkJoinPool.commonPool().execute(() -> {
            try {
                step.run();
            } catch (Throwable e) { // an OutOfMemoryError, say: the client may come again
                end(e);
            }
        });
    }

    private void written(ByteBuffer events) {
        if (events.hasRemaining()) {
            write(events);
            return;
        }
        if (sending != null) {
            sending.close();
            sending = null;
        }
        waitOrResume();
    }

    /** Something has come, or a heartbeat is due: whoever is first. */
    private void resume() {
        synchronized (this) {
            if (!isWaiting || hasEnded) {
                return;
            }
            isWaiting = false;
            heartbeat.cancel();
        }
        waitOrResume();
    }

    private void waitOrResume() {
        try {
            sending = messages.next();
        } catch (
                EngineException
                        e) { // the topic was deleted, the broker stops, or there is no memory: the client may come
            // again
            end(null);
            return;
        }
        if (sending != null) {
            write(sending.bytes());
            return;
        }
        Throwable failed;
        synchronized (this) {
            failed = failure;
            if (failed == null) {
                isWaiting = true;
                heartbeat = scheduler.schedule(this::beat, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
            }
        }
        if (failed != null) {
            end(failed);
            return;
        }
        messages.await(woken);
        synchronized (this) {
            if (!hasEnded) {
                return;
            }
        }
        messages.forget(woken); // it has ended in between
    }

    private void beat() {
        synchronized (this) {
            if (!isWaiting || hasEnded) {
                return;
            }
            isWaiting = false;
        }
        messages.forget(woken);
        onPool(() -> write(HEARTBEAT.duplicate()));
    }

    /** The request has failed, or its client has gone: it ends at once or, while something is being written, after that. */
    private void fail(Throwable e) {
        synchronized (this) {
            if (!isWaiting) {
                failure = e;
                return;
            }
        }
        end(e);
    }

    /** @param e null if all is well */
    private void end(Throwable e) {
        synchronized (this) {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
            if (heartbeat != null) {
                heartbeat.cancel();
            }
        }
        messages.forget(woken);
        disconnectWatcher.end();
        memory.close();
        if (sending != null) {
            sending.abandon(); // the connection may still have its array
        }
        if (e == null) {
            response.write(true, isChunked ? LAST_CHUNK.duplicate() : null, callback);
        } else {
            callback.failed(e);
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }
}
