package kafka.protocol;

import cli.PortFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of Kafka's protocol. A picocli mixin. */
public final class ProtocolOptions {
    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "9092",
            descriptionKey = "MINI_KAFKA_KAFKA_PORT",
            description =
                    "Port for Kafka clients; 0 selects a free port (default: 9092; environment MINI_KAFKA_KAFKA_PORT).")
    private int port;

    @Option(
            names = "--kafka-port-file",
            paramLabel = "FILE",
            description = "Write the port for Kafka clients to this file when it is served.")
    private Path portFile;

    @Option(
            names = "--no-auto-create-topics",
            description = "Kafka clients cannot create a topic by using it. Default: they can.")
    private boolean refusesToCreate;

    /** 0 for a free port. */
    public int port() {
        return port;
    }

    /**
     * The port file, which is deleted if it exists.
     *
     * @return null without the option
     * @throws picocli.CommandLine.ParameterException if the file cannot be written
     * @throws IOException if it cannot be deleted
     */
    public PortFile clearedPortFile(CommandSpec spec) throws IOException {
        return PortFile.cleared(portFile, spec);
    }

    /** Whether a client that asks for a missing topic creates it. */
    public boolean createsTopics() {
        return !refusesToCreate;
    }
}
