package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntFunction;

/** A connection to a broker that sends bytes as they are given, and may stop anywhere. For one thread. */
final class RawConnection implements Closeable {
    private static final int TIMEOUT_MS = 60_000;

    /** How many requests are sent before their answers are read. */
    private static final int PIPELINED = 200;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    RawConnection(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBuffer in bytes; 0 for that of the system */
    RawConnection(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Posts a body and returns the status of the answer. */
    int post(String path, String mediaType, byte[] body) throws IOException {
        send(head("POST", path, "Content-Type: " + mediaType, "Content-Length: " + body.length));
        send(body);
        return readAnswer();
    }

    int post(String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        byte[] head = head("POST", path, "Content-Type: application/json", "Content-Length: " + body.length)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        send(all);
        return readAnswer();
    }

    /**
     * Posts many requests, many of them before their answers are read. Each has to be answered with 200.
     *
     * @param json the body of a request, by its index
     */
    void postAll(String path, int count, IntFunction<String> json) throws IOException {
        for (int from = 0; from < count; from += PIPELINED) {
            int to = Math.min(count, from + PIPELINED);
            StringBuilder requests = new StringBuilder();
            for (int i = from; i < to; i++) {
                String body = json.apply(i);
                requests.append(head("POST", path, "Content-Length: " + body.length()))
                        .append(body);
            }
            send(requests.toString());
            for (int i = from; i < to; i++) {
                assertEquals(200, readAnswer());
            }
        }
    }

    int get(String path) throws IOException {
        send(head("GET", path));
        return readAnswer();
    }

    static String head(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n";
    }

    /**
     * Reads an answer to its end.
     *
     * @return its status
     * @throws EOFException if there is none
     */
    int readAnswer() throws IOException {
        return readAnswer(true);
    }

    private int readAnswer(boolean hasBody) throws IOException {
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        long length = 0;
        boolean isChunked = false;
        for (String line; !(line = readLine()).isEmpty(); ) {
            String field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = Long.parseLong(field.substring(15).trim());
            }
            isChunked |= field.startsWith("transfer-encoding:") && field.endsWith("chunked");
        }
        if (!hasBody) {
            return status;
        }
        if (isChunked) {
            for (long size; (size = Long.parseLong(readLine(), 16)) > 0; readLine()) {
                in.skipNBytes(size);
            }
            readLine();
        } else {
            in.skipNBytes(length);
        }
        return status;
    }

    /** As {@link #readAnswer}, for an answer to a HEAD request, which has no body. */
    int readHead() throws IOException {
        return readAnswer(false);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                throw new EOFException("the connection ended after \"" + line + '"');
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
