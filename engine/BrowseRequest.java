package engine;

/**
 * A request to read messages of a partition.
 *
 * @param from where to start; messages that are dropped while the call waits are skipped
 * @param minMessages the number of messages to wait for
 * @param limits with the layout {@link MessageLayout#LIST}
 * @param waitMs the maximum wait, in ms
 */
public record BrowseRequest(
        String topic, long partition, OffsetSpec from, long minMessages, ReadLimits limits, long waitMs) {}
