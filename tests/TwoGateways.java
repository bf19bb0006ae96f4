package tests;

import java.io.IOException;
import java.nio.file.Path;

/** A Kafka and two gateways to it, as processes of their own. */
record TwoGateways(KafkaNodeProcess kafka, GatewayProcess first, GatewayProcess second) implements AutoCloseable {
    /** @param data the folder of the data of Kafka */
    static TwoGateways start(Path data) throws IOException {
        KafkaNodeProcess kafka = KafkaNodeProcess.start("--data-dir", data.toString());
        return new TwoGateways(kafka, GatewayProcess.start(kafka.address()), GatewayProcess.start(kafka.address()));
    }

    /** One gateway for even numbers, the other one for odd numbers. */
    Http http(int call) {
        return (call % 2 == 0 ? first : second).http();
    }

    @Override
    public void close() {
        first.close();
        second.close();
        kafka.close();
    }
}
