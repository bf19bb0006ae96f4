package engine;

import java.util.List;

/**
 * Where messages went that were appended.
 *
 * @param partitionCount of the topic
 * @param ranges a range for each partition that got any
 * @param isDuplicate whether they had been appended before, and were not again
 */
public record ProduceResult(int partitionCount, List<Range> ranges, boolean isDuplicate) {
    /**
     * Messages in one partition; their offsets follow without a gap.
     *
     * @param baseOffset the offset of the first
     */
    public record Range(int partition, long baseOffset, int count) {}

    ProduceResult again() {
        return new ProduceResult(partitionCount, ranges, true);
    }
}
