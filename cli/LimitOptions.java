package cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that limit what a broker accepts. A picocli mixin. */
public final class LimitOptions {
    /** The maximum of --max-message-bytes. A request body may be six times as large and must fit into one array. */
    private static final int MAX_MESSAGE_BYTES = 256 << 20;

    private static final int MAX_PARTITIONS = 100_000;
    /** A browser opens six. */
    private static final int MIN_CONNECTIONS = 8;

    private static final int MAX_COUNT = 10_000_000;

    @Option(
            names = "--max-message-bytes",
            paramLabel = "N",
            defaultValue = "1048576",
            descriptionKey = "MINI_KAFKA_MAX_MESSAGE_BYTES",
            description =
                    "Maximum size of a message, key and value together, in bytes (default: 1048576; environment MINI_KAFKA_MAX_MESSAGE_BYTES).")
    private int maxMessageBytes;

    @Option(
            names = "--max-partitions",
            paramLabel = "N",
            defaultValue = "256",
            descriptionKey = "MINI_KAFKA_MAX_PARTITIONS",
            description =
                    "Maximum number of partitions of a topic (default: 256; environment MINI_KAFKA_MAX_PARTITIONS).")
    private int maxPartitions;

    @Option(
            names = "--max-topics",
            paramLabel = "N",
            defaultValue = "100000",
            descriptionKey = "MINI_KAFKA_MAX_TOPICS",
            description = "Maximum number of topics (default: 100000; environment MINI_KAFKA_MAX_TOPICS).")
    private int maxTopics;

    @Option(
            names = "--max-consumers",
            paramLabel = "N",
            defaultValue = "100000",
            descriptionKey = "MINI_KAFKA_MAX_CONSUMERS",
            description = "Maximum number of consumers (default: 100000; environment MINI_KAFKA_MAX_CONSUMERS).")
    private int maxConsumers;

    @Option(
            names = "--max-producers",
            paramLabel = "N",
            defaultValue = "10000",
            descriptionKey = "MINI_KAFKA_MAX_PRODUCERS",
            description =
                    "How many idempotent producers of each topic are remembered (default: 10000; environment MINI_KAFKA_MAX_PRODUCERS).")
    private int maxProducers;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "100000",
            descriptionKey = "MINI_KAFKA_MAX_CONNECTIONS",
            description =
                    "Maximum number of open connections. There are fewer if the heap or the limit of open files allows no more "
                            + "(default: 100000; environment MINI_KAFKA_MAX_CONNECTIONS).")
    private int maxConnections;

    /** @throws ParameterException if an option is out of its range */
    public void check(CommandSpec spec) {
        OptionCheck.requireRange(spec, "--max-message-bytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
        OptionCheck.requireRange(spec, "--max-partitions", maxPartitions, 1, MAX_PARTITIONS);
        OptionCheck.requireRange(spec, "--max-topics", maxTopics, 1, MAX_COUNT);
        OptionCheck.requireRange(spec, "--max-consumers", maxConsumers, 1, MAX_COUNT);
        OptionCheck.requireRange(spec, "--max-producers", maxProducers, 1, MAX_COUNT);
        OptionCheck.requireRange(spec, "--max-connections", maxConnections, MIN_CONNECTIONS, MAX_COUNT);
    }

    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    public int maxPartitions() {
        return maxPartitions;
    }

    public int maxTopics() {
        return maxTopics;
    }

    public int maxConsumers() {
        return maxConsumers;
    }

    public int maxProducers() {
        return maxProducers;
    }

    public int maxConnections() {
        return maxConnections;
    }
}
