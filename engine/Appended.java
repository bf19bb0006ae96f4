package engine;

import java.util.List;

/**
 * Where messages went that were appended.
 *
 * @param ranges a range for each partition that got any
 * @param isDuplicate whether they had been appended before, and were not again
 */
public record Appended(List<Range> ranges, boolean isDuplicate) {
    /** What a batch of no messages is answered with. */
    static final Appended NOTHING = new Appended(List.of(), false);

    /**
     * Messages in one partition; their offsets follow without a gap.
     *
     * @param baseOffset the offset of the first
     */
    public record Range(int partition, long baseOffset, int count) {}

    Appended again() {
        return new Appended(ranges, true);
    }
}
