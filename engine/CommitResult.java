package engine;

import java.util.Map;

/**
 * The result of a commit.
 *
 * @param partitionCount of the topic
 * @param offsets the next offset to read, by partition
 */
public record CommitResult(String topic, int partitionCount, Map<Integer, Long> offsets) {}
