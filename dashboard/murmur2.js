/** The hash by which Kafka's producer selects the partition of a key, and the same sum for people. See Utils.murmur2 in Kafka's clients. */

const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/** @return a signed 32-bit number */
function murmur2(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = SEED ^ bytes.length;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    let block = Math.imul(view.getInt32(i, true), M);
    block ^= block >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(block, M);
  }
  const rest = bytes.length - i;
  if (rest) {
    for (let k = rest - 1; k >= 0; k--) {
      hash ^= bytes[i + k] << 8 * k;
    }
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ hash >>> 15;
}

/** The sum that leads from a key to its partition: {hash, partition}. The hash is positive. @param key in bytes */
export function partitionOf(key, partitionCount) {
  const hash = murmur2(key) & 0x7fffffff;
  return {hash, partition: hash % partitionCount};
}

/** The sum as a text. */
export function describe(key, partitionCount) {
  const {hash, partition} = partitionOf(key, partitionCount);
  return `the hash (murmur2) of the key is ${hash}; its remainder after a division by the ${partitionCount} partitions selects one: ${hash} mod ${partitionCount} = ${partition}`;
}
