package benchmark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Produces so many messages a second, one a request. */
final class Trickle implements AutoCloseable {
    private final Thread thread;
    private volatile boolean isOver;
    private volatile IOException failure;

    Trickle(int port, String topic, int perSecond) throws IOException {
        HttpConnection connection = new HttpConnection(port);
        thread = new Thread(() -> produce(connection, topic, TimeUnit.SECONDS.toNanos(1) / perSecond), "trickle");
        thread.start();
    }

    /** @throws IOException if a message was not accepted, or the caller was interrupted */
    @Override
    public void close() throws IOException {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void produce(HttpConnection connection, String topic, long intervalNanos) {
        String message = OurBroker.message(topic);
        try (connection) {
            for (long due = System.nanoTime(); !isOver; due += intervalNanos) {
                LockSupport.parkNanos(due - System.nanoTime());
                connection.exchange("POST", "/produce", message).expectOk();
            }
        } catch (IOException e) {
            failure = e;
        }
    }
}
