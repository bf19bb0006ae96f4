package kafka.gateway;

import java.util.function.Supplier;

/** The time that is left for the call of the API that the current thread serves. It may consist of several calls of Kafka. Stateless. */
final class CallDeadline {
    /** The maximum time of a call of the API without its own wait, in ms, so that a client gets an answer within 5 s. */
    static final int CALL_MS = 4_000;

    private static final ThreadLocal<Long> DEADLINE_NANOS = new ThreadLocal<>();

    private CallDeadline() {}

    /** Runs a call with a new deadline. */
    static <T> T within(Supplier<T> call) {
        Long outer = DEADLINE_NANOS.get();
        if (outer != null) {
            return call.get();
        }
        DEADLINE_NANOS.set(System.nanoTime() + CALL_MS * 1_000_000L);
        try {
            return call.get();
        } finally {
            DEADLINE_NANOS.remove();
        }
    }

    /** Returns a call that has the deadline of the current call, also in another thread. */
    static Runnable inherited(Runnable call) {
        Long deadline = DEADLINE_NANOS.get();
        return () -> {
            Long outer = DEADLINE_NANOS.get();
            DEADLINE_NANOS.set(deadline);
            try {
                call.run();
            } finally {
                DEADLINE_NANOS.set(outer);
            }
        };
    }

    /** The time that is left, in ms, 1 or more. Outside of {@link #within}, the time of a whole call. */
    static long leftMs() {
        Long deadline = DEADLINE_NANOS.get();
        return deadline == null ? CALL_MS : Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    }
}
