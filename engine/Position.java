package engine;

import java.util.List;

/**
 * Where a consumer stands in a partition.
 *
 * @param offset of the message that the next call will get
 * @param committed the offset that it goes back to, if it has to
 * @param lag how many messages are there and not yet delivered
 */
public record Position(int partition, long offset, long committed, long lag) {
    /** How many messages are there in all of them and not yet delivered. */
    public static long totalLag(List<Position> positions) {
        return positions.stream().mapToLong(Position::lag).sum();
    }
}
