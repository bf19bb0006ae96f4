package kafka.protocol;

/** The states of a {@link ClassicGroup}, with Kafka's names. */
enum ClassicGroupState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String text;

    ClassicGroupState(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
