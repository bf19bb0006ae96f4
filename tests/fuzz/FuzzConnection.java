package tests.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A connection to a broker on this machine that sends what it is given, byte by byte as it is. For one thread. */
final class FuzzConnection implements AutoCloseable {
    /** Longer than a call may wait for messages, which a change of its bytes may make the longest. */
    static final int ANSWER_TIMEOUT_MS = 65_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    FuzzConnection(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_TIMEOUT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(ByteText.bytes(bytes));
    }

    /** Says that nothing more comes; what the broker answers can still be read. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Waits until there is something to read, or this time is over. Tells whether the connection has ended instead. */
    boolean isAtEndWithin(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
        try {
            return isAtEnd();
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(ANSWER_TIMEOUT_MS);
        }
    }

    /**
     * Reads an answer that ends by itself.
     *
     * @throws EOFException if the connection ends before it
     */
    Answer read(boolean isToHead) throws IOException {
        Answer head = readHead();
        if (head.status() < 200) {
            return read(isToHead);
        }
        if (isToHead || head.status() == 204 || head.status() == 304) {
            return head;
        }
        return new Answer(head.status(), head.headers(), readBody(head));
    }

    /** Reads an answer, or the head of one that does not end. */
    Answer readBegin() throws IOException {
        Answer head = readHead();
        return head.isEndless() ? head : new Answer(head.status(), head.headers(), readBody(head));
    }

    /**
     * Reads all answers, up to the end of the connection, or to one that does not end. An answer to HEAD looks like one without its body.
     */
    List<Answer> readToEnd() throws IOException {
        List<Answer> answers = new ArrayList<>();
        while (!isAtEnd()) {
            Answer head = readHead();
            if (head.isEndless()) {
                answers.add(head);
                return answers;
            }
            in.mark(16);
            boolean isWithoutBody = head.status() < 200 || isAtEnd() || startsAnswer();
            answers.add(isWithoutBody ? head : new Answer(head.status(), head.headers(), readBody(head)));
        }
        return answers;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private boolean isAtEnd() throws IOException {
        in.mark(16);
        int next = in.read();
        in.reset();
        return next < 0;
    }

    private boolean startsAnswer() throws IOException {
        in.mark(16);
        String start = ByteText.of(in.readNBytes(7));
        in.reset();
        return start.equals("HTTP/1.");
    }

    private Answer readHead() throws IOException {
        String statusLine = readLine();
        if (!statusLine.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
            throw new IOException("not a status line: " + ByteText.escaped(statusLine));
        }
        Map<String, String> headers = new HashMap<>();
        for (String line; !(line = readLine()).isEmpty(); ) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts.length < 2 ? "" : parts[1].strip());
        }
        return new Answer(Integer.parseInt(statusLine.substring(9, 12)), headers, "");
    }

    private String readBody(Answer head) throws IOException {
        if (head.header("transfer-encoding").equals("chunked")) {
            return readChunks();
        }
        if (head.headers().containsKey("content-length")) {
            return readExactly(Integer.parseInt(head.header("content-length")));
        }
        return head.status() == 204 ? "" : ByteText.of(in.readAllBytes());
    }

    private String readChunks() throws IOException {
        StringBuilder body = new StringBuilder();
        for (int size; (size = Integer.parseInt(readLine(), 16)) > 0; readLine()) {
            body.append(readExactly(size));
        }
        readLine();
        return body.toString();
    }

    private String readExactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended after " + bytes.length + " of " + length + " bytes of a body");
        }
        return ByteText.of(bytes);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                throw new EOFException(
                        line.size() == 0
                                ? "the connection ended"
                                : "the connection ended within a line of an answer's head");
            }
            line.write(b);
        }
        return ByteText.of(line.toByteArray()).replaceFirst("\r$", "");
    }
}
