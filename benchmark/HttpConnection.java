package benchmark;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection to loopback, with as little of HTTP/1.1 as a measure needs: a request is one write, a response has
 * a Content-Length or no body. Requests may be sent ahead of their responses. Not safe for several threads.
 */
final class HttpConnection implements Closeable {
    private static final int TIMEOUT_MS = 90_000;

    private final Socket socket;
    private final InputStream in;

    HttpConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    }

    record Response(int status, String body) {
        /** The body of a 200. */
        String expectOk() throws IOException {
            if (status != 200) {
                throw new IOException("the server answered " + status + " " + body);
            }
            return body;
        }
    }

    Response exchange(String method, String path, String json) throws IOException {
        send(method, path, json);
        return receive();
    }

    void send(String method, String path, String json) throws IOException {
        socket.getOutputStream().write(request(method, path, json));
    }

    static byte[] request(String method, String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        return (head + json).getBytes(StandardCharsets.UTF_8);
    }

    Response receive() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        int length = status == 204 ? 0 : -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).trim());
            }
        }
        if (length < 0) {
            throw new IOException("a response without Content-Length");
        }
        return new Response(status, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) b);
        }
        return line.toString().trim();
    }
}
