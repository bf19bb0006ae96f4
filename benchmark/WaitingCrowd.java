package benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Consumers that wait, each on a connection of its own, all on one thread. Not safe for several. */
final class WaitingCrowd implements Closeable {
    private static final int WAIT_MS = 60_000;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Selector selector = Selector.open();
    private final List<Member> members = new ArrayList<>();

    private WaitingCrowd() throws IOException {}

    /** Connects for each of these consumers, which are registered already: one after the other, so that none is turned away. */
    static WaitingCrowd connect(int port, List<String> consumerIds) throws IOException {
        WaitingCrowd crowd = new WaitingCrowd();
        try {
            for (String id : consumerIds) {
                crowd.members.add(new Member(port, id, crowd.selector));
            }
            return crowd;
        } catch (IOException e) {
            crowd.close();
            throw e;
        }
    }

    /** Has each of them ask for its next message and wait for it. */
    void ask() throws IOException {
        for (Member member : members) {
            member.ask();
        }
    }

    /**
     * Waits until each has got its message.
     *
     * @throws IOException if one gets anything but the message of this offset, or nothing within 30 s
     */
    void expect(long offset) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (int missing = members.size(); missing > 0; ) {
            selector.select(1_000);
            for (SelectionKey key : selector.selectedKeys()) {
                missing -= ((Member) key.attachment()).hasGot(offset) ? 1 : 0;
            }
            selector.selectedKeys().clear();
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        missing + " of " + members.size() + " consumers were not woken for offset " + offset);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }

    /** One consumer and its connection. */
    private static final class Member {
        private final SocketChannel channel;
        private final byte[] request;
        private final ByteBuffer response = ByteBuffer.allocate(1024);

        Member(int port, String consumerId, Selector selector) throws IOException {
            request = HttpConnection.request(
                    "POST", "/consume", "{\"consumer_id\":\"" + consumerId + "\",\"wait_ms\":" + WAIT_MS + "}");
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            awaitAccepted();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** An open connection may still stand in the queue of the listening socket, which is short; an answered one does not. */
        private void awaitAccepted() throws IOException {
            channel.write(ByteBuffer.wrap(HttpConnection.request("GET", "/health", "")));
            if (channel.read(response) < 0) {
                throw new IOException("the broker closed a new connection");
            }
        }

        /** A request is far smaller than a socket's buffer, and the one before it has been answered. */
        void ask() throws IOException {
            response.clear();
            if (channel.write(ByteBuffer.wrap(request)) != request.length) {
                throw new IOException("a request did not fit into the socket's buffer");
            }
        }

        /** Reads on, and tells whether the message is complete. */
        boolean hasGot(long offset) throws IOException {
            if (channel.read(response) < 0) {
                throw new IOException("the broker closed the connection of a waiting consumer");
            }
            String text = new String(response.array(), 0, response.position(), StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n") + 4;
            if (body < 4 || (text.startsWith("HTTP/1.1 200") && !text.endsWith("}"))) {
                return false;
            }
            if (!text.startsWith("HTTP/1.1 200") || !text.substring(body).contains("\"offset\":" + offset + ",")) {
                throw new IOException("a waiting consumer was to get offset " + offset + " and got: " + text.strip());
            }
            return true;
        }
    }
}
