package tests;

import java.io.IOException;

/** A Kafka and two gateways to it, as processes of their own. */
record TwoGateways(KafkaNodeProcess kafka, GatewayProcess first, GatewayProcess second) {
    private static TwoGateways shared;

    /** Those that all tests share which have topics of their own, and stop none of them. They end with the tests. */
    static synchronized TwoGateways shared() throws IOException {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    private static TwoGateways start() throws IOException {
        KafkaNodeProcess kafka = KafkaNodeProcess.start();
        return new TwoGateways(kafka, GatewayProcess.start(kafka.address()), GatewayProcess.start(kafka.address()));
    }

    /** One gateway for even numbers, the other one for odd numbers. */
    Http http(int call) {
        return (call % 2 == 0 ? first : second).http();
    }

    private void close() {
        first.close();
        second.close();
        kafka.close();
    }
}
