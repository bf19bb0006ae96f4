package tests.fuzz;

/** Sends one sort of requests. What a request is follows from its number and the seed alone. */
interface Sender {
    /**
     * A request that was sent.
     *
     * @param status of the first answer to it; 0 if the connection ended without one
     * @param isRefused whether there were answers and all of them were refusals
     */
    record Sent(String bytes, int status, boolean isRefused) {}

    /** For one thread, which sends one request after the other. */
    interface Worker extends AutoCloseable {
        /** Sends the request of this number, and checks its answer. */
        Sent send(long number);

        @Override
        default void close() {}
    }

    int threads();

    Worker worker();
}
