package engine;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Assigns the messages of a batch to partitions: by the partition that a message specifies, by its key, or else round-robin. For one
 * thread, while the batch is open.
 */
final class PartitionedBatch implements Journal.Messages {
    private final EncodedBatch batch;
    private final int partitionCount;
    private final int firstRoundRobin;

    /** The partitions that get messages, in ascending order. */
    private final int[] partitions;

    private final int[] counts;
    private final int[] sizes;
    private int nextRoundRobin;

    /**
     * @param firstRoundRobin the partition of the first message that is assigned round-robin
     * @param scratch a reusable array with an element for each partition, so that a small batch need not allocate one
     */
    PartitionedBatch(EncodedBatch batch, int firstRoundRobin, int[] scratch) {
        this.batch = batch;
        this.partitionCount = scratch.length;
        this.firstRoundRobin = firstRoundRobin;
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
            nextRoundRobin = firstRoundRobin;
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

    /** The number of partitions that get messages. Parts are numbered from 0, in the order of the partitions. */
    int parts() {
        return partitions.length;
    }

    int partition(int part) {
        return partitions[part];
    }

    /** The number of messages of a part. */
    int count(int part) {
        return counts[part];
    }

    /** The size of the messages of a part, in bytes. */
    int size(int part) {
        return sizes[part];
    }

    /** The number of messages. */
    int count() {
        return batch.count();
    }

    /** The partition of the next message, after this batch, that is assigned round-robin. */
    int nextRoundRobin() {
        return nextRoundRobin;
    }

    @Override
    public int size() {
        return batch.size();
    }

    @Override
    public ByteBuffer lines() {
        return batch.lines();
    }

    /** Passes each message with its partition. A repeated call gives the same partitions. */
    @Override
    public void forEach(EncodedBatch.MessageConsumer consumer) {
        nextRoundRobin = firstRoundRobin;
        batch.forEach((placement, bytes, position, length) -> {
            int partition = partitionCount == 1 ? 0 : EncodedBatch.partition(placement, partitionCount);
            if (partition < 0) {
                partition = nextRoundRobin;
                nextRoundRobin = (nextRoundRobin + 1) % partitionCount;
            }
            consumer.accept(partition, bytes, position, length);
        });
    }
}
