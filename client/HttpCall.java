package client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;

/**
 * One call, a POST or, without a body, a GET, which may be sent again and again. It stands on {@link HttpURLConnection},
 * which moves a large body in one go and keeps its connections; the JDK's newer client moves 16 KiB at a time through
 * several threads and takes three times as long. Immutable.
 *
 * @param body belongs to the call until it is answered; its first {@code length} bytes are sent; null for a GET
 * @param uploaded runs each time before the answer is waited for: a large body is on its way then, or got stuck, a small
 *     one is about to go
 */
record HttpCall(URL url, String mediaType, String accept, byte[] body, int length, Runnable uploaded) {
    static {
        System.setProperty("sun.net.http.retryPost", "false"); // whether to send again is for the caller to decide
    }

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int READ_TIMEOUT_MS = 90_000;

    /** From here on a body goes out by itself, and not copied behind its header. */
    private static final int LARGE = 16 << 10;

    /**
     * @param mediaType null if the server does not say
     * @param location where a redirect points to; null if the server does not say
     * @param retryAfterSeconds 0 if the server does not say
     * @param body null if there is none (204)
     */
    record Response(int status, String mediaType, String location, int retryAfterSeconds, byte[] body) {
        boolean isOf(String wanted) {
            return mediaType != null
                    && mediaType.replaceFirst(";.*", "").strip().equalsIgnoreCase(wanted);
        }
    }

    /** The answer is not HTTP, or its first line was cut off. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class NotHttpException extends IOException {
        NotHttpException() {
            super("the answer is not HTTP");
        }
    }

    /** @throws IOException if no whole response came; the request may have been carried out all the same */
    Response send() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", accept);
        try {
            if (body != null) {
                upload(connection);
            }
        } finally {
            uploaded.run();
        }
        int status = status(connection);
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Response(
                    status,
                    connection.getContentType(),
                    connection.getHeaderField("Location"),
                    connection.getHeaderFieldInt("Retry-After", 0),
                    status == 204 ? null : read(connection, in));
        }
    }

    private static int status(HttpURLConnection connection) throws IOException {
        try {
            int status = connection.getResponseCode();
            if (status >= 100) {
                return status;
            }
        } catch (IOException e) {
            if (!"Invalid Http response".equals(e.getMessage())) {
                throw e;
            }
        }
        throw new NotHttpException();
    }

    private void upload(HttpURLConnection connection) throws IOException {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", mediaType);
        if (length >= LARGE) {
            connection.setFixedLengthStreamingMode(length);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body, 0, length);
        }
    }

    private static byte[] read(HttpURLConnection connection, InputStream in) throws IOException {
        int length = connection.getContentLength();
        if (in != null && connection.getHeaderField("Transfer-Encoding") != null) {
            return in.readAllBytes();
        }
        if (length < 0
                && connection.getResponseCode() >= 400
                && connection.getHeaderField(0).startsWith("HTTP/1.0")) {
            return in == null ? new byte[0] : in.readAllBytes(); // an old proxy ends it by closing the connection
        }
        if (in == null || length < 0) {
            throw new EOFException("the header was cut off");
        }
        byte[] bytes = new byte[length];
        if (in.readNBytes(bytes, 0, length) < length) {
            throw new EOFException("the response ended early");
        }
        return bytes;
    }
}
