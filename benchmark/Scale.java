package benchmark;

import java.time.Duration;

/** How large each measure is. At the default of 5 million messages, each has the size that its bar was set for. */
record Scale(long messages) {
    /** The topic of {@code heap} and {@code kept}: 10 million messages. */
    long manyKept() {
        return 2 * messages;
    }

    /** What {@link #manyKept} is compared with: 10,000. */
    long fewKept() {
        return messages / 500;
    }

    /** What is produced and consumed at a time on top of what is kept: a million. */
    long chunk() {
        return messages / 5;
    }

    /** What is sent before a measure counts: a million. */
    long warmUp() {
        return messages / 5;
    }

    /** 10,000 round trips, one by one. */
    int roundTrips() {
        return bounded(messages / 500, 1_000, 10_000);
    }

    /** Seconds of load on a server: 10. */
    int loadSeconds() {
        return bounded(messages / 500_000, 2, 10);
    }

    /** Starts of a server: 10. */
    int starts() {
        return bounded(messages / 500_000, 3, 10);
    }

    /** Rounds of waking all who wait: 100. */
    int wakeRounds() {
        return bounded(messages / 50_000, 3, 100);
    }

    /** The longest that a command may take which moves this many messages: it is ended then. */
    static Duration limitFor(long count) {
        return Duration.ofSeconds(120 + count / 20_000);
    }

    private static int bounded(long value, int min, int max) {
        return (int) Math.max(min, Math.min(max, value));
    }
}
