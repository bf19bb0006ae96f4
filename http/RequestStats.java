package http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.server.Request;

/**
 * Counts the answered requests and their latencies, by route and status. Counting is cheap and takes no lock. Safe for any
 * number of threads.
 */
public final class RequestStats {
    /** The upper bounds of the buckets of the histogram, in seconds. One more bucket is above the last bound. */
    static final double[] BOUNDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<Key, Latencies> latencies = new ConcurrentHashMap<>();

    /** @param route the path in the table of routes, with parameters in braces, so that the number of keys is bounded */
    public record Key(String method, String route, int status) {}

    /** The latencies of the requests of one key. */
    public static final class Latencies {
        private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Latencies() {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        void add(long elapsedNanos) {
            int bucket = 0;
            while (bucket < BOUNDS.length && elapsedNanos > BOUNDS[bucket] * NANOS_PER_SECOND) {
                bucket++;
            }
            counts[bucket].increment();
            nanos.add(elapsedNanos);
        }

        /** The number of requests in each bucket: see {@link #BOUNDS}. */
        public long[] counts() {
            long[] sums = new long[counts.length];
            for (int i = 0; i < counts.length; i++) {
                sums[i] = counts[i].sum();
            }
            return sums;
        }

        /** The sum of all latencies, in seconds. */
        public double seconds() {
            return nanos.sum() / NANOS_PER_SECOND;
        }
    }

    /** The latencies by key. The map is a copy, but its latencies continue to count. */
    public Map<Key, Latencies> all() {
        return Map.copyOf(latencies);
    }

    /** Counts a request that no route has answered: a page, an unknown path, or a refused method or host name. */
    void addOther(int status, Request request) {
        add("(any)", "(other)", status, System.nanoTime() - request.getBeginNanoTime());
    }

    void add(String method, String route, int status, long elapsedNanos) {
        Key key = new Key(method, route, status);
        Latencies known = latencies.get(key); // takes no lock, unlike computeIfAbsent()
        (known != null ? known : latencies.computeIfAbsent(key, absent -> new Latencies())).add(elapsedNanos);
    }
}
