package engine;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Which messages of a batch go to which partition of a topic: that of their key or the one that they ask for, and the others take turns.
 * For one thread, as long as the batch is open.
 */
final class PartitionedBatch implements Journal.Messages {
    private final EncodedBatch batch;
    private final int partitionCount;
    private final int turn;

    /** The partitions that the messages go to, in their order. */
    private final int[] partitions;

    private final int[] counts;
    private final int[] sizes;
    private int turnAfter;

    /**
     * @param turn the partition of the first message that has to take turns
     * @param scratch an element for each partition, with anything in it: a batch may be much smaller than the number of partitions
     */
    PartitionedBatch(EncodedBatch batch, int turn, int[] scratch) {
        this.batch = batch;
        this.partitionCount = scratch.length;
        this.turn = turn;
        this.partitions = findPartitions();
        this.counts = new int[partitions.length];
        this.sizes = new int[partitions.length];
        if (partitions.length == 1) {
            counts[0] = batch.count();
            sizes[0] = batch.size();
        } else {
            count(scratch);
        }
    }

    private int[] findPartitions() {
        if (partitionCount == 1) {
            turnAfter = turn;
            return batch.count() == 0 ? new int[0] : new int[] {0};
        }
        if (batch.count() == 1) {
            int[] only = new int[1];
            forEach((partition, bytes, position, length) -> only[0] = partition);
            return only;
        }
        BitSet touched = new BitSet();
        forEach((partition, bytes, position, length) -> touched.set(partition));
        return touched.stream().toArray();
    }

    private void count(int[] scratch) {
        for (int i = 0; i < partitions.length; i++) {
            scratch[partitions[i]] = i;
        }
        forEach((partition, bytes, position, length) -> {
            counts[scratch[partition]]++;
            sizes[scratch[partition]] += length;
        });
    }

    /** How many partitions the messages go to; the parts are numbered from 0, in the order of the partitions. */
    int parts() {
        return partitions.length;
    }

    int partition(int part) {
        return partitions[part];
    }

    /** How many messages go to the partition of this part. */
    int count(int part) {
        return counts[part];
    }

    /** The same messages, in bytes. */
    int size(int part) {
        return sizes[part];
    }

    /** How many messages there are. */
    int count() {
        return batch.count();
    }

    /** The partition of the next message that has to take turns. */
    int turnAfter() {
        return turnAfter;
    }

    @Override
    public int size() {
        return batch.size();
    }

    @Override
    public ByteBuffer lines() {
        return batch.lines();
    }

    /** Hands over each message with its partition, each time the same one. */
    @Override
    public void forEach(EncodedBatch.MessageConsumer consumer) {
        turnAfter = turn;
        batch.forEach((placement, bytes, position, length) -> {
            int partition = partitionCount == 1 ? 0 : EncodedBatch.partition(placement, partitionCount);
            if (partition < 0) {
                partition = turnAfter;
                turnAfter = (turnAfter + 1) % partitionCount;
            }
            consumer.accept(partition, bytes, position, length);
        });
    }
}
