package kafka.gateway;

/**
 * Where a member of a group stands in a partition. Immutable.
 *
 * @param since the generation in which the member got the partition
 * @param committed the committed offset of the group
 * @param position the next offset to read
 * @param missed how many messages were dropped before the member could read them
 */
record MemberPlace(int since, long committed, long position, long missed) {
    /** The place of a member that has just got the partition. */
    static MemberPlace atCommitted(int since, long committed) {
        return new MemberPlace(since, committed, committed, 0);
    }

    /**
     * The same place, after messages were delivered.
     *
     * @param from the offset of the first one
     * @param next the offset after the last one
     */
    MemberPlace delivered(long from, long next) {
        return new MemberPlace(since, committed, next, missed + from - position);
    }

    MemberPlace committedAt(long offset) {
        return new MemberPlace(since, offset, position, missed);
    }

    MemberPlace movedTo(long offset) {
        return new MemberPlace(since, committed, offset, missed);
    }
}
