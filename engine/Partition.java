package engine;

/** A partition of a topic. */
record Partition(Log log, LogRetention retention) {}
