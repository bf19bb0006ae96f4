package http.jetty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * An answer that does not end: server-sent events (WHATWG HTML, "Server-sent events"). The stream holds no thread and buffers nothing:
 *
 * <ol>
 * <li>It writes the available events.
 * <li>When the client has received them, it continues at 1. A client that does not receive 64 KB in ten seconds is disconnected, and may
 *     resume.
 * <li>If there are no events, it waits for the next one: see {@link engine.MessageStream#await}.
 * <li>After fifteen seconds without an event it writes a comment. This write fails if the client has disconnected and
 *     {@link DisconnectWatcher} has not detected it.
 * </ol>
 *
 * The stream writes the chunks of its transfer coding itself (RFC 9112, section 7.1). Jetty would send the end of a chunk together with the
 * next chunk. A reader that passes on only complete chunks would then get each event only when the next one arrives.
 */
public final class EventStream {
    private static final String CONTENT_TYPE = "text/event-stream;charset=utf-8";
    private static final int WRITE_TIMEOUT_SECONDS = 10;
    private static final int HEARTBEAT_SECONDS = 15;

    /** The maximum size of a write, in bytes. */
    private static final int SLICE_SIZE = 64 << 10;

    /** The maximum size of a write if the memory for requests is used up, in bytes. The memory of the stream includes it. */
    private static final int SMALL_SLICE_SIZE = 4 << 10;

    /** The maximum size of a chunk besides its data, in bytes: the size in hexadecimal digits, and two line ends. */
    private static final int CHUNK_OVERHEAD = 12;

    /** Created without the enum of the header, so that Jetty sends it unchanged and does not write chunks itself. */
    private static final HttpField CHUNKED = new HttpField(null, HttpHeader.TRANSFER_ENCODING.asString(), "chunked");

    private static final ByteBuffer LINE_END = ascii("\r\n");
    private static final ByteBuffer LAST_CHUNK = ascii("0\r\n\r\n");
    private static final ByteBuffer RECONNECTION_TIME = ascii("retry: 1000\n\n");
    private static final ByteBuffer HEARTBEAT = ascii(":\n\n");

    private final MessageStream messages;
    private final Response response;
    private final Callback callback;
    private final Scheduler scheduler;
    private final EndPoint endPoint;
    private final DisconnectWatcher disconnectWatcher;
    private final boolean isChunked;

    @SuppressWarnings("UnnecessaryLambda") // forget() compares it by identity
    private final Runnable woken = () -> onPool(this::resume);

    @GuardedBy("this")
    private Scheduler.Task heartbeat;

    @GuardedBy("this")
    private boolean isWaiting;

    @GuardedBy("this")
    private boolean hasEnded;

    /** The messages that are being sent; null if there are none. */
    private EncodedMessages sending;

    /** The failure that occurred during a write, and ends the stream after the write; null if there is none. */
    @GuardedBy("this")
    private Throwable failure;

    /** The memory that the stream holds until it ends. */
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
        request.addIdleTimeoutListener(timeout -> false); // it is idle on purpose, and heartbeats check the client
        request.addFailureListener(this::fail);
        this.disconnectWatcher = DisconnectWatcher.watch(request, () -> fail(new EofException()));
    }

    /**
     * Starts a stream.
     *
     * @param memory is closed when the stream ends, but not if this method throws an exception
     */
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
                stream.write(RECONNECTION_TIME.duplicate());
            } catch (Throwable e) {
                stream.disconnectWatcher.end(); // the error answer needs the connection
                throw e;
            }
        }
    }

    /** HTTP/1.0 has no chunks: such a client reads until the connection is closed. */
    private static boolean isChunked(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
    }

    private void write(ByteBuffer events) {
        boolean isLarge = events.remaining() > SMALL_SLICE_SIZE && memory.tryTake(SLICE_SIZE);
        ByteBuffer slice =
                events.slice(events.position(), Math.min(isLarge ? SLICE_SIZE : SMALL_SLICE_SIZE, events.remaining()));
        events.position(events.position() + slice.remaining());
        slice = isChunked ? chunk(slice) : slice;
        Scheduler.Task timeout = scheduler.schedule(endPoint::close, WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        response.write(
                false,
                slice,
                Callback.from(
                        () -> {
                            timeout.cancel();
                            memory.giveBack(isLarge ? SLICE_SIZE : 0);
                            onPool(() -> written(
                                    events)); // not on this thread, because a long topic would make a deep recursion
                        },
                        e -> {
                            timeout.cancel();
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
            } catch (Throwable e) { // such as an OutOfMemoryError: the client may reconnect
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

    /** Continues when messages have arrived, unless a heartbeat is being written or the stream has ended. */
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
        } catch (EngineException e) {
            end(null); // the topic was deleted, the broker stops, or there is no memory: the client may reconnect
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
        messages.forget(woken); // the stream ended before await() registered
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

    /** Ends the stream, because the request failed or the client disconnected. During a write, the stream ends after the write. */
    private void fail(Throwable e) {
        synchronized (this) {
            if (!isWaiting) {
                failure = e;
                return;
            }
        }
        end(e);
    }

    /** @param e null if the stream ends without a failure */
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
            sending.abandon(); // the connection may still refer to its array
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
