package storage;

import java.util.Locale;

/** When what was written is put on disk, so that it survives the end of the machine. The end of the process it survives in any case. */
public enum Fsync {
    /** Before it is answered. Requests that come at the same time share an fsync. */
    ALWAYS,
    /** Every {@link DataDirectory#SYNC_INTERVAL_MS} ms. */
    INTERVAL,
    /** When the operating system sees fit. */
    NEVER;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
