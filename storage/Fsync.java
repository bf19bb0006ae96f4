package storage;

import java.util.Locale;

/**
 * When to fsync written records, so that they survive a power loss. They survive a crash of the broker with every mode.
 */
public enum Fsync {
    /** Before each response. Concurrent requests share an fsync. */
    ALWAYS,
    /** Every {@link DataDirectory#SYNC_INTERVAL_MS} ms. */
    INTERVAL,
    /** Never: the operating system decides when to write. */
    NEVER;

    /** The value of the command line option. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
