package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Our broker, and our clients at work on it: all through {@code ./jbang}, as people run them. */
final class OurBroker implements AutoCloseable {
    static final int VALUE_SIZE = 100;

    private static final Pattern PRODUCED = Pattern.compile("producer: (\\d+) messages? accepted .* in ([\\d.,]+) s");
    private static final Pattern CONSUMED = Pattern.compile("consumer: (\\d+) messages? read in ([\\d.,]+) s");

    private static final Pattern END_OFFSET = Pattern.compile("\"end_offset\":(\\d+)");

    private final Bench bench;
    private final Server server;

    /** The checkout whose clients are used; null for this one. */
    private final Path folder;

    private OurBroker(Bench bench, Server server, Path folder) {
        this.bench = bench;
        this.server = server;
        this.folder = folder;
    }

    static OurBroker start(Bench bench, String... jvmOptions) throws IOException, InterruptedException {
        int port = bench.freePort();
        return new OurBroker(bench, Server.healthy(bench, null, port, command(port, jvmOptions)), null);
    }

    /** @param options of the broker itself */
    static OurBroker start(Bench bench, List<String> options) throws IOException, InterruptedException {
        return start(bench, null, options);
    }

    /**
     * Starts the broker of a checkout, whose clients are used, too.
     *
     * @param folder the checkout; null for this one
     * @param options of the broker itself
     */
    static OurBroker start(Bench bench, Path folder, List<String> options) throws IOException, InterruptedException {
        int port = bench.freePort();
        List<String> command = command(port);
        command.addAll(options);
        return new OurBroker(bench, Server.healthy(bench, folder, port, command), folder);
    }

    /** Starts a broker that also serves Kafka clients. */
    static OurBroker withKafkaPort(Bench bench, int kafkaPort) throws IOException, InterruptedException {
        int port = bench.freePort();
        return new OurBroker(bench, Server.healthy(bench, null, port, commandWithKafkaPort(port, kafkaPort)), null);
    }

    static List<String> commandWithKafkaPort(int port, int kafkaPort) {
        return List.of(
                "./jbang",
                "run",
                "--runtime-option=-Xmx2g",
                "kafka/KafkaBroker.java",
                "--port",
                String.valueOf(port),
                "--kafka-port",
                String.valueOf(kafkaPort));
    }

    /** Starts a gateway to Kafka in place of a broker. */
    static OurBroker gateway(Bench bench, String bootstrapServers) throws IOException, InterruptedException {
        int port = bench.freePort();
        List<String> command = List.of(
                "./jbang",
                "kafka/KafkaGateway.java",
                "--bootstrap-servers",
                bootstrapServers,
                "--port",
                String.valueOf(port));
        return new OurBroker(bench, Server.healthy(bench, null, port, command), null);
    }

    /** The body of a request that produces a message of {@link #VALUE_SIZE} bytes. */
    static String message(String topic) {
        return "{\"topic\":\"" + topic + "\",\"value\":\"" + "x".repeat(VALUE_SIZE) + "\"}";
    }

    static List<String> command(int port, String... jvmOptions) {
        List<String> command = new ArrayList<>(List.of("./jbang"));
        if (jvmOptions.length > 0) {
            command.add("run");
            command.addAll(Arrays.stream(jvmOptions)
                    .map(option -> "--runtime-option=" + option)
                    .collect(Collectors.toList()));
        }
        command.addAll(List.of("Broker.java", "--port", String.valueOf(port)));
        return command;
    }

    /** With room for so many messages, whatever the machine's default. */
    static OurBroker withRoomFor(Bench bench, long messages) throws IOException, InterruptedException {
        return start(bench, "-Xmx" + (512 + messages * VALUE_SIZE * 3 / 1_000_000) + "m");
    }

    int port() {
        return server.port();
    }

    String url() {
        return server.url();
    }

    /** The id of its process. */
    long pid() {
        return server.pid();
    }

    /** The CPU time of the process so far. */
    Duration cpuTime() {
        return server.cpuTime();
    }

    Jvm jvm() {
        return new Jvm(bench, server.pid());
    }

    /** Messages a second of 100 bytes, by the producer's own clock: from its first request to its last answer. */
    double produce(String topic, long count) throws IOException, InterruptedException {
        Processes.Result result = script(
                count,
                "Producer.java",
                "--topic",
                topic,
                "--count",
                String.valueOf(count),
                "--value-size",
                String.valueOf(VALUE_SIZE));
        return rate(PRODUCED, result.err(), count);
    }

    /** Messages a second by the consumer's own clock, which has checked that each offset follows the one before. */
    double consume(String topic, long from, long count, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "Consumer.java", "--topic", topic, "--from", String.valueOf(from), "--exit-at-end", "--count-only"));
        arguments.addAll(List.of(more));
        Processes.Result result = script(count, arguments.toArray(String[]::new));
        return rate(CONSUMED, result.err(), count);
    }

    /** Seconds that it takes to send a file of so many lines, start-up included. */
    double produceFile(String topic, Path file, long lines) throws IOException, InterruptedException {
        Processes.Result result = script(lines, "Producer.java", "--topic", topic, "--file", file.toString());
        rate(PRODUCED, result.err(), lines);
        return result.seconds();
    }

    /** Seconds that it takes to read a topic of so many messages into a file, start-up included. */
    double consumeToFile(String topic, Path file, long lines) throws IOException, InterruptedException {
        List<String> command = clientCommand("Consumer.java", "--topic", topic, "--exit-at-end");
        return bench.processes().runTo(folder, file, limit(lines), command).seconds();
    }

    /** Messages a second from so many producers, each of which waits for an answer before it sends the next message. */
    double produceSingly(Bench bench, String topic, int producers, int seconds)
            throws IOException, InterruptedException {
        return Double.parseDouble(bench.processes()
                .run(
                        Scale.limitFor(0),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SingleProducers.class.getName(),
                        String.valueOf(port()),
                        topic,
                        String.valueOf(producers),
                        String.valueOf(seconds))
                .out()
                .strip());
    }

    /** The offset that the topic's next message will get. */
    long endOffset(String topic) throws IOException {
        try (HttpConnection connection = new HttpConnection(port())) {
            Matcher end = END_OFFSET.matcher(
                    connection.exchange("GET", "/topics/" + topic, "").expectOk());
            if (!end.find()) {
                throw new IOException("the broker has not said where topic " + topic + " ends");
            }
            return Long.parseLong(end.group(1));
        }
    }

    /** What the broker has printed so far. */
    String said() throws IOException {
        return server.said();
    }

    /** Removes the topic and all in it. */
    void delete(String topic) throws IOException {
        try (HttpConnection connection = new HttpConnection(port())) {
            connection.exchange("DELETE", "/topics/" + topic, "").expectOk();
        }
    }

    void register(String topic) throws IOException {
        post("/topics/register", "{\"topic\":\"" + topic + "\"}");
    }

    String post(String path, String json) throws IOException {
        try (HttpConnection connection = new HttpConnection(port())) {
            return connection.exchange("POST", path, json).expectOk();
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private Processes.Result script(long messages, String... arguments) throws IOException, InterruptedException {
        return bench.processes().run(folder, limit(messages), clientCommand(arguments));
    }

    private List<String> clientCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of("./jbang"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--broker", url()));
        return command;
    }

    private static Duration limit(long messages) {
        return Scale.limitFor(messages);
    }

    private static double rate(Pattern summary, String stderr, long expected) throws IOException {
        Matcher line = summary.matcher(stderr);
        if (!line.find()) {
            throw new IOException("a client has not said how much it did in which time, but: " + stderr.strip());
        }
        if (Long.parseLong(line.group(1)) != expected) {
            throw new IOException("a client came to " + line.group(1) + " messages instead of " + expected);
        }
        return expected / Double.parseDouble(line.group(2).replace(',', '.'));
    }
}
