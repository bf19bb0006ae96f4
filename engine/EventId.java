package engine;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The id of an event of a stream: see {@link MessageStream}. Stateless. */
public final class EventId {
    private EventId() {}

    /**
     * The offset to continue from, by partition, after the event with this id.
     *
     * @throws EngineException INVALID
     */
    public static long[] parse(String id, int partitions) {
        String[] offsets = id.split("\\.", -1);
        if (offsets.length != partitions || !Arrays.stream(offsets).allMatch(offset -> offset.matches("-?\\d{1,18}"))) {
            throw EngineException.invalid(
                    "last event id",
                    "must be the id of an event of this topic (" + Plural.of(partitions, "offset")
                            + ", separated by dots), but is " + Names.abbreviated(id));
        }
        return Arrays.stream(offsets)
                .mapToLong(offset -> Math.max(0, Long.parseLong(offset) + 1))
                .toArray();
    }

    /**
     * The id of the event of a message.
     *
     * @param next the offset to continue from, by partition, before the event; the partition of the message is updated
     */
    public static String of(int partition, long offset, long[] next) {
        if (next.length == 1) {
            return Long.toString(offset);
        }
        next[partition] = offset + 1;
        return Arrays.stream(next).mapToObj(one -> Long.toString(one - 1)).collect(Collectors.joining("."));
    }
}
