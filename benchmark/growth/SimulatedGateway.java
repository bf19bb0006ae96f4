package benchmark.growth;

/** A gateway with some processors. Its calls take turns in the order in which they arrive. Times are in µs. */
final class SimulatedGateway {
    /** By processor, the time at which it is free. */
    private final double[] free;

    private double busyUs;
    private int calls;
    private boolean isKilled;

    SimulatedGateway(int processors) {
        free = new double[processors];
    }

    /** Uses a processor, and returns the time at which it is done. Calls come in the order of {@code now}. */
    double use(double now, double cpuUs) {
        int first = 0;
        for (int i = 1; i < free.length; i++) {
            first = free[i] < free[first] ? i : first;
        }
        busyUs += cpuUs;
        free[first] = Math.max(now, free[first]) + cpuUs;
        return free[first];
    }

    void begin() {
        calls++;
    }

    void end() {
        calls--;
    }

    /** The calls that the load balancer has sent here and that have no answer yet. */
    int calls() {
        return calls;
    }

    void kill() {
        isKilled = true;
    }

    boolean isKilled() {
        return isKilled;
    }

    /** The part of the processors' time that was used, 0 to 1. */
    double busy(double durationUs) {
        return busyUs / durationUs / free.length;
    }
}
