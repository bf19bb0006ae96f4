package engine;

import java.util.List;

/**
 * A snapshot of a consumer group.
 *
 * @param topic whose partitions the members share; groups with the same name on different topics are independent
 * @param generation grows by 1 with each rebalance
 * @param members in the order in which they joined; empty if all have left
 * @param partitions all partitions of the topic
 */
public record GroupState(
        String group, String topic, long generation, List<Member> members, List<Partition> partitions) {
    /** @param assigned its partitions, in ascending order */
    public record Member(String consumerId, List<Integer> assigned) {}

    /**
     * @param committed the offset that the next owner starts from
     * @param lag the number of messages that the group has not committed
     * @param owner the id of the member that owns it; null if no member does
     */
    public record Partition(int partition, long committed, long endOffset, long lag, String owner) {}

    /** The number of messages that the group has not committed, in all partitions. */
    public long lag() {
        return partitions.stream().mapToLong(Partition::lag).sum();
    }
}
