package http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** Reads JSON requests and writes JSON responses. The declared content type of a request does not matter: curl's is a form's. */
final class JsonExchange {
    /** So much of a refused body is read and dropped, lest its sender is cut off before it can read the answer. */
    private static final long MAX_DRAINED_BYTES = 64L << 20;

    private final Supplier<? extends ObjectMapper> json;
    private final int maxBodyBytes;

    JsonExchange(Supplier<? extends ObjectMapper> json, int maxBodyBytes) {
        this.json = json;
        this.maxBodyBytes = maxBodyBytes;
    }

    void serve(Route route, Context ctx) throws IOException {
        Object body = route.request() == null ? null : read(ctx, route.request());
        write(ctx, route.action().apply(body));
    }

    void refuse(Problem problem, Context ctx) throws IOException {
        send(ctx, problem.status(), Problems.CONTENT_TYPE, render(problem));
        if (problem.status() == 413) {
            drain(ctx);
        }
    }

    byte[] render(Problem problem) throws IOException {
        return json.get().writeValueAsBytes(problem.body());
    }

    private Object read(Context ctx, Class<?> type) throws IOException {
        byte[] body = readBody(ctx);
        if (body.length == 0) {
            throw Problems.notJson("it is empty.");
        }
        try {
            Object request = json.get().readValue(body, type);
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

    /** The body, if it is within the limit; one that declares to be over it is refused unread. */
    private byte[] readBody(Context ctx) throws IOException {
        long declared = ctx.req().getContentLengthLong();
        if (declared > maxBodyBytes) {
            throw Problems.tooLarge(maxBodyBytes);
        }
        InputStream in = ctx.req().getInputStream();
        if (declared >= 0) {
            return in.readNBytes((int) declared);
        }
        byte[] body = in.readNBytes(maxBodyBytes + 1);
        if (body.length > maxBodyBytes) {
            throw Problems.tooLarge(maxBodyBytes);
        }
        return body;
    }

    private void write(Context ctx, Object answer) throws IOException {
        if (answer == null) {
            ctx.res().setStatus(204);
            ctx.res().setContentType(null);
            return;
        }
        byte[] body = answer instanceof byte[] ? (byte[]) answer : json.get().writeValueAsBytes(answer);
        send(ctx, 200, "application/json", body);
    }

    private static void send(Context ctx, int status, String contentType, byte[] body) throws IOException {
        HttpServletResponse response = ctx.res();
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static void drain(Context ctx) throws IOException {
        ctx.res().flushBuffer();
        InputStream in = ctx.req().getInputStream();
        byte[] dropped = new byte[1 << 16];
        for (long left = MAX_DRAINED_BYTES; left > 0; ) {
            int count = in.read(dropped);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }
}
