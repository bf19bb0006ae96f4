package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real Kafka from Maven Central and its own tools, with the JVM options that its own scripts give them. Every topic has one
 * partition.
 */
final class Kafka implements AutoCloseable {
    private static final String SCRIPT = "benchmark/peers/KafkaServer.java";
    private static final List<String> TOOL_OPTIONS = List.of(
            "-Xmx512m",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent");
    private static final Pattern PRODUCED = Pattern.compile("(\\d+) records sent, ([\\d.]+) records/sec.* 99\\.9th");
    private static final Pattern MEAN = Pattern.compile("Avg latency: ([\\d.]+) ms");
    private static final Pattern P99 = Pattern.compile("99th = (\\d+)");

    private final Bench bench;

    /** Null if the tools use another broker. */
    private final Server server;

    private final int port;
    private final String classPath;

    private Kafka(Bench bench, Server server, int port, String classPath) {
        this.bench = bench;
        this.server = server;
        this.port = port;
        this.classPath = classPath;
    }

    static Kafka start(Bench bench) throws IOException, InterruptedException {
        int port = bench.freePort();
        return new Kafka(bench, Server.listening(bench, port, command(bench, port)), port, classPath(bench));
    }

    static List<String> command(Bench bench, int port) throws IOException {
        return List.of(
                "./jbang",
                SCRIPT,
                String.valueOf(port),
                bench.temporary("kafka").toString());
    }

    private static String classPath(Bench bench) throws IOException, InterruptedException {
        return bench.processes()
                .run(Scale.limitFor(0), "./jbang", "info", "classpath", SCRIPT)
                .out()
                .strip();
    }

    /** The tools of Kafka on another broker, which the caller closes. */
    static Kafka toolsFor(Bench bench, int port) throws IOException, InterruptedException {
        return new Kafka(bench, null, port, classPath(bench));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** The id of its process. */
    long pid() {
        return server.pid();
    }

    /** The CPU time of the process so far. */
    Duration cpuTime() {
        return server.cpuTime();
    }

    void create(String topic) throws IOException, InterruptedException {
        tool(0, "TopicCommand", "--bootstrap-server", address(), "--create", "--topic", topic, "--partitions", "1");
    }

    /** A topic that is synced after each message. */
    void createWithSyncs(String topic) throws IOException, InterruptedException {
        tool(
                0,
                "TopicCommand",
                "--bootstrap-server",
                address(),
                "--create",
                "--topic",
                topic,
                "--partitions",
                "1",
                "--config",
                "flush.messages=1");
    }

    /** Messages a second from so many producers, each of which waits for the acknowledgement before it sends the next message. */
    double produceSingly(String topic, int producers, int seconds) throws IOException, InterruptedException {
        return Double.parseDouble(bench.processes()
                .run(
                        Scale.limitFor(0),
                        "./jbang",
                        "benchmark/peers/KafkaProducers.java",
                        address(),
                        topic,
                        String.valueOf(producers),
                        String.valueOf(seconds))
                .out()
                .strip());
    }

    void delete(String topic) throws IOException, InterruptedException {
        tool(0, "TopicCommand", "--bootstrap-server", address(), "--delete", "--topic", topic);
    }

    /** Messages a second of 100 bytes, acknowledged, by its own clock: from its first record to the last acknowledgement. */
    double produce(String topic, long count) throws IOException, InterruptedException {
        String out = tool(
                count,
                "ProducerPerformance",
                "--bootstrap-server",
                address(),
                "--topic",
                topic,
                "--num-records",
                String.valueOf(count),
                "--record-size",
                String.valueOf(OurBroker.VALUE_SIZE),
                "--throughput",
                "-1",
                "--command-property",
                "batch.size=262144",
                "linger.ms=10",
                "acks=1");
        return number(PRODUCED, 2, out);
    }

    /** Messages a second of fetching alone: its own figure leaves out the seconds in which it joins its group. */
    double consume(String topic, long count) throws IOException, InterruptedException {
        String[] lines = tool(
                        count,
                        "ConsumerPerformance",
                        "--bootstrap-server",
                        address(),
                        "--topic",
                        topic,
                        "--num-records",
                        String.valueOf(count),
                        "--hide-header",
                        "--timeout",
                        "60000")
                .strip()
                .split("\n");
        String[] fields = lines[lines.length - 1].split(", ");
        if (fields.length != 10 || Long.parseLong(fields[4]) < count) {
            throw new IOException("ConsumerPerformance has not read all " + count + ": " + lines[lines.length - 1]);
        }
        return Double.parseDouble(fields[9]);
    }

    /** Its end-to-end latency; it knows the 99th percentile in whole milliseconds, rounded down. */
    Latency latency(String topic, int count) throws IOException, InterruptedException {
        String out = tool(
                count * 100L,
                "EndToEndLatency",
                "--bootstrap-server",
                address(),
                "--topic",
                topic,
                "--num-records",
                String.valueOf(count),
                "--producer-acks",
                "1",
                "--record-size",
                String.valueOf(OurBroker.VALUE_SIZE));
        return new Latency(number(MEAN, 1, out), number(P99, 1, out));
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    private String tool(long messages, String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(TOOL_OPTIONS);
        command.addAll(List.of("-cp", classPath, "org.apache.kafka.tools." + name));
        command.addAll(List.of(arguments));
        Duration limit = Scale.limitFor(messages);
        return bench.processes().run(limit, command.toArray(String[]::new)).out();
    }

    private static double number(Pattern pattern, int group, String text) throws IOException {
        Matcher match = pattern.matcher(text);
        if (!match.find()) {
            throw new IOException("a tool of Kafka has not said what it measured, but: " + text.strip());
        }
        return Double.parseDouble(match.group(group));
    }
}
