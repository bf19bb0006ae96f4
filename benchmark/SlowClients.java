package benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Hostile clients: 1,000 that send their request a byte at a time, 200 whose body stops half-way, and 200 that do not read a large answer. A
 * client that the broker disconnects connects again at once.
 */
final class SlowClients implements Closeable {
    private static final int SLOW = 1000;
    private static final int STALLED_BODIES = 200;
    private static final int STALLED_READERS = 200;
    private static final int BODY_LENGTH = 1_000_000;
    private static final int SMALL_BUFFER = 4096;
    private static final long PAUSE_MS = 500;

    private final int port;
    private final List<Client> clients = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** @param topic with an answer of a megabyte for the readers */
    SlowClients(int port, String topic) throws IOException {
        this.port = port;
        String body = "{\"topic\":\"" + topic + "\",\"value\":\"" + "x".repeat(BODY_LENGTH / 2);
        for (int i = 0; i < SLOW; i++) {
            clients.add(new Client("POST /produce HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", true));
        }
        for (int i = 0; i < STALLED_BODIES; i++) {
            clients.add(new Client(
                    "POST /produce HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + BODY_LENGTH + "\r\n\r\n" + body,
                    false));
        }
        for (int i = 0; i < STALLED_READERS; i++) {
            clients.add(new Client(
                    "GET /topics/" + topic + "/messages?max_messages=10000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                    false));
        }
        for (Client client : clients) {
            client.connect();
        }
        timer.scheduleWithFixedDelay(this::goOn, PAUSE_MS, PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    private void goOn() {
        clients.forEach(Client::goOn);
    }

    /** How often the broker has disconnected a client. */
    long disconnects() {
        return clients.stream().mapToLong(client -> client.disconnects).sum();
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        try {
            timer.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Client client : clients) {
            client.channel.close();
        }
    }

    private final class Client {
        private final byte[] start;
        private final boolean isSending;
        private SocketChannel channel;
        private ByteBuffer unsent;
        private volatile long disconnects;

        Client(String start, boolean isSending) {
            this.start = start.getBytes(StandardCharsets.US_ASCII);
            this.isSending = isSending;
        }

        void connect() throws IOException {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            channel.configureBlocking(false);
            unsent = ByteBuffer.wrap(start);
            channel.write(unsent);
        }

        void goOn() {
            try {
                if (unsent.hasRemaining()) {
                    channel.write(unsent);
                } else if (isSending) {
                    channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                }
                if (isSending || start.length > BODY_LENGTH / 2) {
                    if (channel.read(ByteBuffer.allocate(1024)) < 0) {
                        throw new IOException("disconnected");
                    }
                }
            } catch (IOException disconnected) {
                disconnects++;
                reconnect();
            }
        }

        private void reconnect() {
            try {
                channel.close();
                connect();
            } catch (IOException refused) {
                // it tries again the next time
            }
        }
    }
}
