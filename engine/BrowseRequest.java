package engine;

/**
 * Which messages of a partition to read.
 *
 * @param from where to begin at the moment of the answer: what is dropped while the call waits is not in it
 * @param minMessages how many to wait for
 * @param limits with the layout {@link MessageLayout#LIST}
 * @param waitMs how long to wait for them
 */
public record BrowseRequest(
        String topic, long partition, OffsetSpec from, long minMessages, ReadLimits limits, long waitMs) {}
