package benchmark.growth;

/**
 * What a call to a gateway takes, in µs. See the measure {@code costs} of the benchmark.
 *
 * @param cpuUs the CPU time of the gateway that serves the consumer
 * @param forwardUs the CPU time of the gateway that forwards a call
 * @param kafkaUs the time that a call waits for Kafka
 * @param takeOverUs the time until another gateway serves a member whose gateway was killed
 */
record Costs(double cpuUs, double forwardUs, double kafkaUs, double takeOverUs) {
    /**
     * The highest rate of calls at which gateways use a part of their CPU time.
     *
     * @param forwarded the part of the calls that is forwarded, 0 to 1
     * @param busy the part of the CPU time, 0 to 1
     * @return in calls a second
     */
    double rate(int gateways, int processors, double forwarded, double busy) {
        return gateways * processors * busy * 1e6 / (cpuUs + forwarded * forwardUs);
    }
}
