package client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;

/**
 * One HTTP request, which may be sent several times: a POST or, without a body, a GET. It uses {@link
 * HttpURLConnection}, which sends a large body in one piece and reuses connections. The JDK's newer client passes 16
 * KiB at a time through several threads, and takes three times as long. Immutable.
 *
 * @param body must not be changed before the response has arrived; its first {@code length} bytes are sent; null for a
 *     GET
 * @param uploaded runs each time before the response is awaited; by then, a large body was sent or its upload has
 *     failed, and a small body is sent next
 */
record HttpCall(
        URL url, Credentials credentials, String mediaType, String accept, byte[] body, int length, Runnable uploaded) {
    static {
        System.setProperty("sun.net.http.retryPost", "false"); // the caller decides whether to retry
    }

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int READ_TIMEOUT_MS = 90_000;

    /** The size from which a body is streamed, in bytes. A smaller body is sent together with its header. */
    private static final int STREAMING_SIZE = 16 << 10;

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

    /** The response is not HTTP, or its first line was truncated. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class NotHttpException extends IOException {
        NotHttpException() {
            super("the answer is not HTTP");
        }
    }

    /** @throws IOException if no complete response arrived; the request may have been carried out nevertheless */
    Response send() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", accept);
        credentials.addTo(connection);
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
        if (length >= STREAMING_SIZE) {
            connection.setFixedLengthStreamingMode(length);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body, 0, length);
        }
    }

    private static byte[] read(HttpURLConnection connection, InputStream in) throws IOException {
        int length = connection.getContentLength();
        if (in == null && connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return new byte[0]; // the JDK hides the body if the request was streamed
        }
        if (in != null && connection.getHeaderField("Transfer-Encoding") != null) {
            return in.readAllBytes();
        }
        if (length < 0
                && connection.getResponseCode() >= 400
                && connection.getHeaderField(0).startsWith("HTTP/1.0")) {
            return in == null
                    ? new byte[0]
                    : in.readAllBytes(); // an HTTP/1.0 proxy ends the body by closing the connection
        }
        if (in == null || length < 0) {
            throw new EOFException("the header was truncated");
        }
        byte[] bytes = new byte[length];
        if (in.readNBytes(bytes, 0, length) < length) {
            throw new EOFException("the response ended early");
        }
        return bytes;
    }
}
