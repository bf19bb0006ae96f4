package engine;

import java.util.List;

/**
 * The position of a consumer in a partition.
 *
 * @param offset of the next message that is delivered
 * @param committed the committed offset
 * @param lag the number of messages that are not delivered yet
 */
public record Position(int partition, long offset, long committed, long lag) {
    /** The sum of the lags. */
    public static long totalLag(List<Position> positions) {
        return positions.stream().mapToLong(Position::lag).sum();
    }
}
