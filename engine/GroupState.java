package engine;

import java.util.List;

/**
 * A group of consumers at one moment.
 *
 * @param topic whose partitions its members share; groups of one name on several topics are several groups
 * @param generation grows by 1 with each rebalance
 * @param members in the order in which they joined; empty if all have left
 * @param partitions all of the topic
 */
public record GroupState(
        String group, String topic, long generation, List<Member> members, List<Partition> partitions) {
    /** @param assigned its partitions, in their order */
    public record Member(String consumerId, List<Integer> assigned) {}

    /**
     * @param committed the offset that the next owner would start from
     * @param lag how many messages the group has still to commit
     * @param owner the id of the member that reads it; null if nobody does
     */
    public record Partition(int partition, long committed, long endOffset, long lag, String owner) {}

    /** How many messages the group has still to commit, in all partitions. */
    public long lag() {
        return partitions.stream().mapToLong(Partition::lag).sum();
    }
}
