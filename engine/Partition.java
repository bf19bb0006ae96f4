package engine;

/** A partition of a topic: its messages, and what of them is kept. */
record Partition(Log log, LogRetention retention) {}
