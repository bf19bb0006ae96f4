package benchmark;

/** Mean and 99th percentile, in milliseconds. */
record Latency(double mean, double p99) {}
