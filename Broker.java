///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A message broker in the manner of Apache Kafka: topics in RAM, an offset per consumer, plain HTTP.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:cds=off -Xlog:cds+hashtables=off
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//RUNTIME_OPTIONS -Dorg.eclipse.jetty.util.referencesPerCacheLine=16 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.log.io.javalin.Javalin=off
//DEPS io.javalin:javalin:7.2.3
//DEPS jakarta.servlet:jakarta.servlet-api:6.0.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS org.apache.commons:commons-text:1.15.0
//DEPS io.swagger.core.v3:swagger-core-jakarta:2.2.55
//DEPS org.webjars:swagger-ui:5.34.1
//DEPS org.slf4j:slf4j-simple:2.0.20
//SOURCES Schemas.java cli/ClassArchive.java cli/Cli.java
//SOURCES engine/Cursor.java engine/Engine.java engine/EngineException.java engine/ErrorCode.java engine/Log.java
//SOURCES engine/MessageCodec.java engine/Names.java engine/Segment.java engine/StartPosition.java engine/Topic.java
//SOURCES http/HttpServer.java http/JsonBodies.java http/Problem.java http/ProblemErrorHandler.java
//SOURCES http/Problems.java http/Route.java http/RouteHandler.java http/Docs.java http/OpenApi.java

import static engine.ErrorCode.CONFLICT;
import static engine.ErrorCode.CONSUMER_NOT_FOUND;
import static engine.ErrorCode.OFFSET_OUT_OF_RANGE;
import static engine.ErrorCode.TOPIC_NOT_FOUND;

import cli.ClassArchive;
import cli.Cli;
import engine.Cursor;
import engine.Engine;
import engine.StartPosition;
import http.Docs;
import http.HttpServer;
import http.Route;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The broker: options, engine, routes, handlers. The whole API stands on this page. */
@Command(name = "broker", version = "mini-kafka " + Broker.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "A message broker in the manner of Apache Kafka: topics in RAM, an offset per consumer, plain HTTP.")
public class Broker implements Callable<Integer> {
    static final String VERSION = "0.1.0";

    /** The largest --max-message-bytes: a request body, up to six times as large, has to fit into an array. */
    private static final int MAX_MESSAGE_BYTES = 256 << 20;

    @Option(names = {"-p", "--port"}, paramLabel = "N", defaultValue = "${env:MINI_KAFKA_PORT:-8000}",
            description = "Port to serve; 0 takes a free one (default: 8000; environment MINI_KAFKA_PORT).")
    private int port;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "${env:MINI_KAFKA_HOST:-127.0.0.1}",
            description = "Address to bind; 0.0.0.0 lets other machines in (default: 127.0.0.1; environment MINI_KAFKA_HOST).")
    private String host;

    @Option(names = "--port-file", paramLabel = "FILE", defaultValue = "${env:MINI_KAFKA_PORT_FILE}",
            description = "File to write the port to once the broker is ready (environment MINI_KAFKA_PORT_FILE).")
    private Path portFile;

    @Option(names = "--max-message-bytes", paramLabel = "N", defaultValue = "${env:MINI_KAFKA_MAX_MESSAGE_BYTES:-1048576}",
            description = "Largest message, key and value together (default: 1048576; environment MINI_KAFKA_MAX_MESSAGE_BYTES).")
    private int maxMessageBytes;

    @Spec
    private CommandSpec spec;

    private Engine engine;

    public static void main(String... args) {
        HttpServer.preload();
        int exitCode = Cli.run(new Broker(), args); // a broker that serves ends in stop() instead
        if (ClassArchive.isBeingMade()) {
            rehearse();
        }
        System.exit(exitCode);
    }

    /** Serves once, for nobody: after {@code --help} as the first run, the archive would have no server in it. */
    private static void rehearse() {
        try {
            HttpServer server = new Broker().serve("127.0.0.1", 0);
            new URL("http://127.0.0.1:" + server.port() + "/health").openStream().close();
        } catch (IOException e) {
            // then the next start is as slow as it would be without an archive
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireRange("--port", port, 0, 65535);
        requireRange("--max-message-bytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
        require(portFile == null || isInFolder(portFile), "--port-file", "its folder does not exist");
        HttpServer server = serve(host, port);
        if (portFile != null) {
            writeAtOnce(portFile, server.port() + "\n");
        }
        announce(server.port());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
        new CountDownLatch(1).await(); // until a signal comes
        return 0;
    }

    private HttpServer serve(String host, int port) throws IOException {
        engine = new Engine(maxMessageBytes);
        List<Route> routes = routes();
        HttpServer server = new HttpServer(routes, () -> Schemas.JSON, maxBodyBytes(),
                new Docs(routes, () -> Schemas.JSON, VERSION));
        server.start(host, port);
        return server;
    }

    private List<Route> routes() {
        return List.of(
                Route.get("/", "welcome", "Say that the broker is up", Schemas.Welcome.class, this::welcome),
                Route.get("/health", "health", "Tell whether the broker serves", Schemas.Health.class, this::health),
                Route.post("/topics/register", "registerTopic", "Make sure that a topic exists",
                        Schemas.TopicRegistration.class, Schemas.TopicRegistered.class, this::registerTopic),
                Route.post("/producers/register", "registerProducer", "Get a producer's id",
                        Schemas.ProducerRegistration.class, Schemas.ProducerRegistered.class, this::registerProducer)
                        .refusedWith(TOPIC_NOT_FOUND),
                Route.post("/consumers/register", "registerConsumer", "Make sure that a consumer of a topic exists",
                        Schemas.ConsumerRegistration.class, Schemas.ConsumerRegistered.class, this::registerConsumer)
                        .refusedWith(TOPIC_NOT_FOUND, CONFLICT, OFFSET_OUT_OF_RANGE),
                Route.post("/produce", "produce", "Append a message to a topic",
                        Schemas.PublishRequest.class, Schemas.Published.class, this::produce)
                        .refusedWith(TOPIC_NOT_FOUND),
                Route.post("/consume", "consume", "Get a consumer's next message and move on",
                        Schemas.ConsumeRequest.class, Schemas.Message.class, this::consume)
                        .orNoContent("There is nothing new").refusedWith(CONSUMER_NOT_FOUND),
                Route.get("/stats", "stats", "Show what is kept and who has read how far", Schemas.Stats.class, this::stats));
    }

    private Schemas.Welcome welcome() {
        return new Schemas.Welcome("mini-kafka is up. See /docs for every call.");
    }

    private Schemas.Health health() {
        return new Schemas.Health("ok");
    }

    private Schemas.TopicRegistered registerTopic(Schemas.TopicRegistration request) {
        boolean created = engine.registerTopic(request.topic());
        return new Schemas.TopicRegistered("ok", request.topic(), created);
    }

    private Schemas.ProducerRegistered registerProducer(Schemas.ProducerRegistration request) {
        String producerId = engine.registerProducer(request.topic(), request.producerId());
        return new Schemas.ProducerRegistered("ok", request.topic(), producerId);
    }

    private Schemas.ConsumerRegistered registerConsumer(Schemas.ConsumerRegistration request) {
        StartPosition start = StartPosition.parse("start", request.start());
        Cursor cursor = engine.registerConsumer(request.topic(), request.consumerId(), start);
        return new Schemas.ConsumerRegistered("ok", request.topic(), cursor.consumerId(), cursor.offset());
    }

    private Schemas.Published produce(Schemas.PublishRequest request) {
        long offset = engine.produce(request.topic(), request.value(), request.key());
        return new Schemas.Published("ok", request.topic(), offset);
    }

    private byte[] consume(Schemas.ConsumeRequest request) {
        return engine.consume(request.consumerId());
    }

    private Schemas.Stats stats() {
        Map<String, Long> topics = new LinkedHashMap<>();
        engine.topics().forEach(topic -> topics.put(topic.name(), topic.messageCount()));
        Map<String, Schemas.ConsumerStats> consumers = new LinkedHashMap<>();
        engine.cursors().forEach(cursor -> consumers.put(cursor.consumerId(),
                new Schemas.ConsumerStats(cursor.topic().name(), cursor.offset(), cursor.lag())));
        return new Schemas.Stats(topics, consumers);
    }

    /** JSON may spell a character of one byte with six ({@code \u0041}); the rest of a request is small. */
    private int maxBodyBytes() {
        return 6 * maxMessageBytes + (64 << 10);
    }

    private void announce(int port) {
        String url = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        String jbang = "./jbang".equals(System.getenv("JBANG_LAUNCH_CMD")) ? "./jbang" : "jbang";
        System.out.printf("mini-kafka is ready at %s (every call: %s/docs)%n", url, url);
        System.out.printf("Next, in other terminals:%n");
        System.out.printf("  %s Consumer.java --broker %s --topic demo%n", jbang, url);
        System.out.printf("  %s Producer.java --broker %s --topic demo \"hello, world\"%n", jbang, url);
        System.out.printf("Messages are kept in RAM and end with the broker. Ctrl-C stops it.%n");
    }

    /** Whoever waits for the file to appear never reads half of it. */
    private static void writeAtOnce(Path file, String content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path draft = Files.createTempFile(absolute.getParent(), "port", null);
        Files.writeString(draft, content);
        Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void stop(HttpServer server) {
        try {
            server.stop();
        } catch (RuntimeException e) {
            System.err.println("broker: some requests took too long to be answered before the stop");
        }
        Runtime.getRuntime().halt(0); // a signal is the normal end: not 130 or 143
    }

    private static boolean isInFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && Files.isDirectory(folder);
    }

    private void requireRange(String option, int value, int min, int max) {
        require(value >= min && value <= max, option, value + " is not from " + min + " to " + max);
    }

    private void require(boolean condition, String option, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '" + option + "': " + otherwise);
        }
    }
}
