package tests.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What is known of a partition. For one thread at a time. */
final class PartitionHistory {
    private final String name;

    /** By offset; null if nobody has seen it. */
    private final List<String> values = new ArrayList<>();

    private final BitSet acknowledged = new BitSet();
    private final BitSet polled = new BitSet();

    /** Retention has dropped the messages below it. */
    private long startOffset;

    private record Skip(String consumer, long from, long to) {}

    private final List<Skip> skips = new ArrayList<>();

    PartitionHistory(String name) {
        this.name = name;
    }

    /** Retention has dropped all messages below this offset. */
    void startsAt(long offset) {
        startOffset = Math.max(startOffset, offset);
    }

    /** A producer was told this offset. */
    void acknowledged(long offset, String value, Findings findings) {
        put(offset, value, findings);
        acknowledged.set((int) offset);
    }

    /** A consumer has got this message. */
    void polled(long offset, String value, Findings findings) {
        put(offset, value, findings);
        polled.set((int) offset);
    }

    private void put(long offset, String value, Findings findings) {
        while (values.size() <= offset) {
            values.add(null);
        }
        String known = values.set((int) offset, value);
        if (known != null && !known.equals(value)) {
            findings.add(Anomaly.INCONSISTENT_OFFSETS, at(offset) + " is " + known + " and " + value);
        }
    }

    /** A consumer has continued at a higher offset than the next one. */
    void skipped(String consumer, long from, long to) {
        skips.add(new Skip(consumer, from, to));
    }

    /** The log ends here, so each message before it is there. */
    void endsAt(long endOffset, Findings findings) {
        for (int offset = (int) endOffset; offset < values.size(); offset++) {
            if (acknowledged.get(offset) || polled.get(offset)) {
                findings.add(Anomaly.LOST_WRITE, at(offset) + ": " + values.get(offset) + ". It ends at " + endOffset);
            }
        }
    }

    boolean wasPolled(long offset) {
        return polled.get((int) offset);
    }

    int polledMessages() {
        return polled.cardinality();
    }

    /** The values by offset; null where none is known. */
    List<String> values() {
        return values;
    }

    String at(long offset) {
        return "offset " + offset + " of " + name;
    }

    /** Finds what can only be judged when all is known. */
    void check(Findings findings) {
        int from = (int) Math.min(startOffset, values.size());
        for (int offset = acknowledged.nextSetBit(from); offset >= 0; offset = acknowledged.nextSetBit(offset + 1)) {
            if (!polled.get(offset)) {
                boolean isLaterOnePolled = polled.length() > offset;
                findings.add(
                        isLaterOnePolled ? Anomaly.LOST_WRITE : Anomaly.UNSEEN, at(offset) + ": " + values.get(offset));
            }
        }
        for (Skip skip : skips) {
            long to = Math.min(skip.to, values.size());
            for (long offset = Math.max(skip.from, startOffset); offset < to; offset++) {
                if (values.get((int) offset) != null) {
                    findings.add(Anomaly.POLL_SKIP, skip.consumer + " did not get " + at(offset));
                }
            }
        }
    }
}
