package tests.history;

/** An anomaly of a history, and where it is. */
public record Finding(Anomaly anomaly, String detail) {}
