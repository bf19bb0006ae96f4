package tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a broker and cuts each connection at a random byte: before a request is through, before its
 * answer, inside of it, or after it. Of a request that is cut, the broker may get to say so. The same seed draws the same cuts.
 */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final int maxBytesUp;
    private final int maxBytesDown;
    private final Random random;
    private final AtomicInteger cuts = new AtomicInteger();

    /**
     * @param maxBytesUp every second connection is cut after so many bytes of requests at the latest
     * @param maxBytesDown the others, after so many bytes of answers
     */
    CuttingProxy(int target, int maxBytesUp, int maxBytesDown, long seed) throws IOException {
        this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        this.target = target;
        this.maxBytesUp = maxBytesUp;
        this.maxBytesDown = maxBytesDown;
        this.random = new Random(seed);
        start(this::acceptAll);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** How many connections were cut. */
    int cuts() {
        return cuts.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                boolean isCutOnItsWayUp = random.nextBoolean();
                int limit = random.nextInt(isCutOnItsWayUp ? maxBytesUp : maxBytesDown);
                start(() -> pump(client, broker, isCutOnItsWayUp ? limit : Integer.MAX_VALUE));
                start(() -> pump(broker, client, isCutOnItsWayUp ? Integer.MAX_VALUE : limit));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to, int limit) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            int left = limit;
            for (int count; (count = in.read(buffer)) >= 0; left -= count) {
                out.write(buffer, 0, Math.min(count, left));
                if (count >= left) {
                    cuts.incrementAndGet();
                    if (left % 2 == 0) {
                        to.shutdownOutput();
                        in.transferTo(OutputStream.nullOutputStream()); // until the other direction is closed
                    }
                    return;
                }
            }
        } catch (IOException e) {
            // the other direction was cut, or an end is gone
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
