package engine;

/**
 * The hash of a key in Kafka's default partitioner: 32-bit MurmurHash2 with Kafka's seed, as in
 * {@code org.apache.kafka.common.utils.Utils#murmur2}.
 */
final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private Murmur2() {}

    /** Clears the sign bit, as Kafka does. The partition of a key is the result modulo the number of partitions. */
    static int toPositive(int hash) {
        return hash & 0x7fffffff;
    }

    static int hash(byte[] key) {
        int h = SEED ^ key.length;
        int at = 0;
        for (; key.length - at >= 4; at += 4) {
            int k = (key[at] & 0xff) | (key[at + 1] & 0xff) << 8 | (key[at + 2] & 0xff) << 16 | key[at + 3] << 24;
            k *= M;
            k ^= k >>> R;
            k *= M;
            h = h * M ^ k;
        }
        int left = key.length - at;
        if (left > 0) {
            for (int i = left - 1; i >= 0; i--) {
                h ^= (key[at + i] & 0xff) << (8 * i);
            }
            h *= M;
        }
        h ^= h >>> 13;
        h *= M;
        return h ^ h >>> 15;
    }
}
