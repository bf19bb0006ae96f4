///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A message broker in the manner of Apache Kafka: topics in RAM (and on disk, if asked), an offset per consumer, plain HTTP.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+UseTransparentHugePages
//RUNTIME_OPTIONS -XX:InitialRAMPercentage=6 -XX:MaxNewSize=64m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=12
//RUNTIME_OPTIONS -XX:G1PeriodicGCInterval=30000 -XX:TrimNativeHeapInterval=5000
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//RUNTIME_OPTIONS -Dorg.eclipse.jetty.util.referencesPerCacheLine=16 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.log.io.javalin.Javalin=off -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.http=off
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.io=off -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.server=off
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.ee10=off -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.util.HostPort=off
//DEPS io.javalin:javalin:7.2.3
//DEPS jakarta.servlet:jakarta.servlet-api:6.0.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS org.apache.commons:commons-text:1.15.0
//DEPS io.swagger.core.v3:swagger-core-jakarta:2.2.55
//DEPS org.webjars:swagger-ui:5.34.1
//DEPS io.prometheus:prometheus-metrics-core:1.8.0
//DEPS io.prometheus:prometheus-metrics-instrumentation-jvm:1.8.0
//DEPS io.prometheus:prometheus-metrics-exposition-textformats:1.8.0
//DEPS org.slf4j:slf4j-simple:2.0.20
//SOURCES Schemas.java cli/ClassArchive.java cli/Cli.java cli/Environment.java cli/UnknownOptionHint.java http/NetworkAddresses.java
//SOURCES engine/Appended.java engine/ConsumerSettings.java engine/Consumers.java engine/Cursor.java
//SOURCES engine/Deadlines.java engine/EncodedBatch.java engine/Engine.java engine/EngineException.java
//SOURCES engine/ErrorCode.java engine/Group.java engine/GroupState.java engine/Journal.java engine/JsonText.java engine/KeptMemory.java engine/Log.java engine/MemoryBudget.java
//SOURCES engine/MessageCodec.java engine/MessageStream.java engine/MessageWriter.java engine/Murmur2.java engine/Names.java engine/Plural.java
//SOURCES engine/Position.java engine/ProducerSequence.java engine/ProducerSequences.java engine/Reservation.java engine/Segment.java
//SOURCES engine/Retention.java engine/SharedSync.java engine/SpareArrays.java engine/StartPosition.java engine/Storage.java engine/Topic.java
//SOURCES engine/TopicRestorer.java engine/TopicSettings.java engine/TopicSnapshot.java engine/Waiters.java engine/Waiting.java
//SOURCES engine/WhenFull.java engine/Why.java
//SOURCES http/BatchParser.java http/BodyHints.java http/BodyDrain.java http/BodyReader.java http/BoundedConnector.java http/Call.java http/Dashboard.java http/DetachedCallback.java http/Descriptors.java http/Docs.java http/EventStream.java http/HangUp.java http/HttpConnections.java http/HttpServer.java
//SOURCES http/JsonBodies.java http/JsonMemory.java http/LocalNames.java http/MediaTypes.java http/Metrics.java http/OpenApi.java http/Payload.java http/Problem.java
//SOURCES http/LongAnswer.java
//SOURCES http/ProblemErrorHandler.java http/Problems.java http/RequestStats.java http/Route.java http/RouteHandler.java http/SiteGuard.java http/UriCheck.java
//SOURCES storage/ClosedFiles.java storage/ConsumersState.java storage/Damage.java storage/DataDirectory.java storage/Entry.java storage/Folders.java
//SOURCES storage/Fsync.java storage/JournalFile.java storage/JournalTail.java storage/RecordReader.java storage/RecordWriter.java storage/Repair.java
//SOURCES storage/StorageOptions.java storage/SyncedTail.java storage/SystemFiles.java storage/TopicsFolder.java storage/TopicJournal.java storage/TopicReplay.java
//FILES dashboard/=dashboard/app.js dashboard/=dashboard/broker.js dashboard/=dashboard/consumers.js dashboard/=dashboard/index.html
//FILES dashboard/=dashboard/lanes.js dashboard/=dashboard/style.css

import static engine.ErrorCode.CONFLICT;
import static engine.ErrorCode.CONSUMER_NOT_FOUND;
import static engine.ErrorCode.GROUP_NOT_FOUND;
import static engine.ErrorCode.OFFSET_OUT_OF_RANGE;
import static engine.ErrorCode.OFFSET_TRIMMED;
import static engine.ErrorCode.OUT_OF_SEQUENCE;
import static engine.ErrorCode.OVERLOADED;
import static engine.ErrorCode.REBALANCED;
import static engine.ErrorCode.STORAGE_FULL;
import static engine.ErrorCode.TOPIC_FULL;
import static engine.ErrorCode.TOPIC_NOT_FOUND;
import static engine.MessageWriter.Layout.LINES;
import static engine.MessageWriter.Layout.LIST;

import cli.ClassArchive;
import cli.Cli;
import engine.Appended;
import engine.ConsumerSettings;
import engine.Cursor;
import engine.EncodedBatch;
import engine.Engine;
import engine.EngineException;
import engine.GroupState;
import engine.Journal;
import engine.MemoryBudget;
import engine.MessageStream;
import engine.MessageWriter;
import engine.Names;
import engine.Plural;
import engine.Position;
import engine.ProducerSequence;
import engine.StartPosition;
import engine.Storage;
import engine.Topic;
import engine.TopicSettings;
import engine.WhenFull;
import engine.Why;
import http.BatchParser;
import http.Call;
import http.Dashboard;
import http.Descriptors;
import http.Docs;
import http.HttpServer;
import http.LongAnswer;
import http.Metrics;
import http.NetworkAddresses;
import http.Payload;
import http.RequestStats;
import http.Route;
import http.Route.Parameter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import storage.DataDirectory;
import storage.Repair;
import storage.StorageOptions;

/** The broker: options, engine, routes, handlers. The whole API stands on this page. */
@Command(name = "broker", version = "mini-kafka " + Broker.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "A message broker in the manner of Apache Kafka: topics in RAM (and on disk, if asked), an offset per consumer, plain HTTP.",
        footer = "%nAn option counts before its environment variable. A blank variable counts as absent.")
public class Broker implements Callable<Integer> {
    static final String VERSION = "0.1.0";

    /** The largest --max-message-bytes: a request body, up to six times as large, has to fit into an array. */
    private static final int MAX_MESSAGE_BYTES = 256 << 20;

    /** The largest --max-partitions. */
    private static final int MAX_PARTITIONS = 100_000;

    private static final int DEFAULT_PORT = 8000;
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
    private static final long DISK_TIMEOUT_MS = 10_000;

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String TEXT = "text/plain";
    private static final String EVENT_STREAM = "text/event-stream";

    private static final int MAX_BATCH_BYTES = 32 << 20;
    private static final long DEFAULT_MAX_BYTES = 1 << 20;
    private static final long DEFAULT_MAX_MESSAGES = 500;
    private static final long MAX_MESSAGES_LIMIT = 1_000_000;
    private static final long MAX_WAIT_MS = 60_000;

    private static final Parameter TOPIC = new Parameter("topic", String.class, "The topic.", "demo");
    private static final Parameter GROUP = new Parameter("group", String.class, "The group.", "g");
    private static final Parameter TOPIC_FILTER = new Parameter("topic", String.class, "Only consumers of this topic.", null);
    private static final Parameter GROUP_FILTER = new Parameter("group", String.class, "Only members of this group.", null);
    private static final Parameter CONSUMER_ID = new Parameter("consumer_id", String.class, "The consumer.", "alice");
    private static final Parameter QUERY_TOPIC = new Parameter("topic", String.class,
            "The topic, if the body does not name it.", null);
    private static final Parameter QUERY_PRODUCER_ID = new Parameter("producer_id", String.class,
            "The producer that sequence belongs to; required with it.", null);
    private static final Parameter QUERY_SEQUENCE = new Parameter("sequence", long.class,
            "How many messages this producer has sent to this topic before, if the body does not say it.", null);
    private static final Parameter PARTITION = new Parameter("partition", long.class, "Which partition.", 0);
    private static final Parameter STREAM_PARTITION = new Parameter("partition", long.class, "Which partition; all of them without it.", null);
    private static final Parameter OFFSET = new Parameter("offset", String.class,
            "Where to start: earliest, latest or an offset.", "earliest");
    private static final Parameter TIMESTAMP = new Parameter("timestamp", long.class,
            "Start at the first message of this time or later, in ms since 1970, in place of an offset.", null);
    private static final Parameter MAX_MESSAGES = new Parameter("max_messages", long.class,
            "How many messages at the most.", DEFAULT_MAX_MESSAGES);
    private static final Parameter MIN_MESSAGES = new Parameter("min_messages", long.class,
            "How many messages to wait for.", 1);
    private static final Parameter WAIT_MS = new Parameter("wait_ms", long.class,
            "How long to wait for them, in ms, to 60000.", 0);

    @Option(names = {"-p", "--port"}, paramLabel = "N", defaultValue = "8000", descriptionKey = "MINI_KAFKA_PORT",
            description = "Port to serve; 0 takes a free one (default: 8000; environment MINI_KAFKA_PORT).")
    private int port;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", descriptionKey = "MINI_KAFKA_HOST",
            description = "Address to bind; 0.0.0.0 lets other machines in (default: 127.0.0.1; environment MINI_KAFKA_HOST).")
    private String host;

    @Option(names = "--port-file", paramLabel = "FILE", descriptionKey = "MINI_KAFKA_PORT_FILE",
            description = "File to write the port to once the broker is ready (environment MINI_KAFKA_PORT_FILE).")
    private Path portFile;

    @Option(names = "--max-message-bytes", paramLabel = "N", defaultValue = "1048576", descriptionKey = "MINI_KAFKA_MAX_MESSAGE_BYTES",
            description = "Largest message, key and value together (default: 1048576; environment MINI_KAFKA_MAX_MESSAGE_BYTES).")
    private int maxMessageBytes;

    @Option(names = "--max-partitions", paramLabel = "N", defaultValue = "256", descriptionKey = "MINI_KAFKA_MAX_PARTITIONS",
            description = "Most partitions of a topic (default: 256; environment MINI_KAFKA_MAX_PARTITIONS).")
    private int maxPartitions;

    @Option(names = "--allow-host", paramLabel = "NAME", split = ",", descriptionKey = "MINI_KAFKA_ALLOW_HOST",
            description = "Answer to this host name too, and accept the pages of a proxy that serves the broker under it. Without it the broker answers to "
                    + "addresses and to names that no site on the internet can have, such as localhost, pc.lan or kafka.default. Several with commas "
                    + "between them (environment MINI_KAFKA_ALLOW_HOST).")
    private Set<String> allowedHosts = Set.of();

    @ArgGroup(validate = false, heading = "%nFor topics that outlive the broker:%n")
    private StorageOptions storageOptions;

    @Spec
    private CommandSpec spec;

    /** What the process ends with. */
    private static volatile int exitCode;

    private Engine engine;

    /** Null if nothing is to outlive the broker. */
    private DataDirectory dataDirectory;

    public static void main(String... args) {
        HttpServer.preload();
        exitCode = Cli.run(new Broker(), args); // a broker that serves ends in stop() instead
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
        InetAddress address = address();
        requireRange("--max-message-bytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
        requireRange("--max-partitions", maxPartitions, 1, MAX_PARTITIONS);
        allowedHosts = allowedHosts.stream().map(this::hostName).collect(Collectors.toSet());
        require(portFile == null || isFileInFolder(portFile), "--port-file", "its folder does not exist, or it is a folder itself");
        if (portFile != null) {
            Files.deleteIfExists(portFile); // whoever waits for it must not take an old one
        }
        if (storageOptions != null) {
            Path dataDir = storageOptions.dataDir();
            require(dataDir != null, storageOptions.repair() ? "--repair" : "--fsync", "it needs a --data-dir");
            require(!dataDir.toString().isEmpty(), "--data-dir", "it is empty");
            require(!Files.isRegularFile(dataDir), "--data-dir", dataDir + " is a file, not a folder");
            if (storageOptions.repair()) {
                return new Repair(DataDirectory.toRepair(dataDir)).ask(System.in, System.out) ? 0 : 1;
            }
            dataDirectory = new DataDirectory(dataDir, storageOptions.fsync());
        }
        HttpServer server = serve(host, port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
        announce(address, server.port());
        if (portFile != null) {
            writeAtOnce(portFile, server.port() + "\n");
        }
        new CountDownLatch(1).await(); // until a signal comes
        return 0;
    }

    /** Without the port that may be copied along with it. */
    private String hostName(String given) {
        String name = given.strip().replaceFirst(":\\d+$", "");
        require(HOST_NAME.matcher(name).matches(), "--allow-host", "\"" + given + "\" is no name, such as broker.example.com; addresses are answered to in any case");
        return name;
    }

    private InetAddress address() {
        host = host.strip().replaceFirst("^\\[(.*)\\]$", "$1");
        require(!host.isEmpty(), "--host", "it is empty");
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw invalid("--host", "no address is known for '" + host + "'");
        }
    }

    /** The data directory, which takes no file descriptors that connections need. */
    private final class GuardedDirectory implements Storage {
        @Override
        public Journal create(String topic, TopicSettings settings) {
            Descriptors.requireSpare("Topic " + topic + " was not created");
            return dataDirectory.create(topic, settings);
        }

        @Override
        public Executor diskThreads() {
            return dataDirectory.diskThreads();
        }
    }

    private HttpServer serve(String host, int port) throws IOException {
        Storage storage = dataDirectory == null ? Storage.NONE : new GuardedDirectory();
        engine = new Engine(new MemoryBudget(Runtime.getRuntime().maxMemory()), maxPartitions, storage);
        if (dataDirectory != null) {
            long start = System.nanoTime();
            DataDirectory.Recovery recovery = dataDirectory.restore(engine);
            report(recovery, (System.nanoTime() - start) / 1e9);
        }
        List<Route> routes = routes();
        RequestStats stats = new RequestStats();
        HttpServer server = new HttpServer(routes, () -> Schemas.JSON, maxBodyBytes(), allowedHosts,
                stats, engine.budget(), storage.diskThreads(), new Metrics(engine, stats), new Dashboard(), new Docs(routes, () -> Schemas.JSON, VERSION));
        server.start(host, port);
        return server;
    }

    private List<Route> routes() {
        return List.of(
                Route.get("/", "welcome", "Say that the broker is up", Schemas.Welcome.class, this::welcome).butNotToBrowsers(),
                Route.get("/health", "health", "Tell whether the broker serves", Schemas.Health.class, this::health),
                Route.get("/stats", "stats", "Show what is kept and who has read how far", Schemas.Stats.class, this::stats)
                        .refusedWith(OVERLOADED).takingLong(),

                Route.post("/topics/register", "registerTopic", "Make sure that a topic exists",
                        Schemas.TopicRegistration.class, Schemas.TopicRegistered.class, this::registerTopic)
                        .refusedWith(CONFLICT, STORAGE_FULL),
                Route.get("/topics", "listTopics", "List the topics", Schemas.TopicList.class, this::listTopics)
                        .refusedWith(OVERLOADED).takingLong(),
                Route.of("GET", "/topics/{topic}", "getTopic", "Show a topic", null, Schemas.TopicInfo.class, this::getTopic)
                        .with(TOPIC).refusedWith(TOPIC_NOT_FOUND, OVERLOADED).takingLong(),
                Route.of("DELETE", "/topics/{topic}", "deleteTopic", "Remove a topic, its messages and its consumers",
                        null, Schemas.TopicDeleted.class, this::deleteTopic)
                        .with(TOPIC).refusedWith(TOPIC_NOT_FOUND, STORAGE_FULL).takingLong(),
                Route.of("GET", "/topics/{topic}/messages", "browse", "Look at messages without moving a consumer",
                        null, Schemas.Page.class, this::browse)
                        .with(TOPIC, PARTITION, OFFSET, TIMESTAMP, MAX_MESSAGES, MIN_MESSAGES, WAIT_MS)
                        .refusedWith(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED),

                Route.of("GET", "/topics/{topic}/stream", "stream", "Follow a topic as server-sent events; Last-Event-ID resumes",
                        null, Schemas.Message.class, this::stream)
                        .with(TOPIC, STREAM_PARTITION, OFFSET, TIMESTAMP).giving(EVENT_STREAM)
                        .refusedWith(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED),

                Route.post("/producers/register", "registerProducer", "Get a producer's id",
                        Schemas.ProducerRegistration.class, Schemas.ProducerRegistered.class, this::registerProducer)
                        .refusedWith(TOPIC_NOT_FOUND),
                Route.of("POST", "/produce", "produce", "Append a message to a topic",
                        Schemas.PublishRequest.class, Schemas.Published.class, this::produce)
                        .refusedWith(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL),
                Route.of("POST", "/produce/batch", "produceBatch", "Append many messages, all of them or none",
                        Schemas.PublishBatch.class, Schemas.PublishedBatch.class, this::produceBatch)
                        .with(QUERY_TOPIC, QUERY_PRODUCER_ID, QUERY_SEQUENCE).taking(NDJSON, TEXT).upTo(MAX_BATCH_BYTES)
                        .refusedWith(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL),

                Route.post("/consumers/register", "registerConsumer", "Make sure that a consumer of a topic exists",
                        Schemas.ConsumerRegistration.class, Schemas.ConsumerRegistered.class, this::registerConsumer)
                        .refusedWith(TOPIC_NOT_FOUND, CONFLICT, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL),
                Route.post("/consumers/commit", "commit", "Commit what a consumer has got",
                        Schemas.CommitRequest.class, Schemas.Committed.class, this::commit)
                        .refusedWith(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, STORAGE_FULL),
                Route.post("/consumers/seek", "seek", "Move a consumer to another place",
                        Schemas.SeekRequest.class, Schemas.Sought.class, this::seek)
                        .refusedWith(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL),
                Route.post("/consumers/unregister", "unregister", "Remove a consumer",
                        Schemas.UnregisterRequest.class, Schemas.Unregistered.class, this::unregister)
                        .refusedWith(CONSUMER_NOT_FOUND),
                Route.of("GET", "/consumers", "listConsumers", "List the consumers", null, Schemas.ConsumerList.class, this::listConsumers)
                        .with(TOPIC_FILTER, GROUP_FILTER).refusedWith(OVERLOADED).takingLong(),
                Route.of("GET", "/consumers/{consumer_id}", "getConsumer", "Show where a consumer stands",
                        null, Schemas.ConsumerInfo.class, this::getConsumer)
                        .with(CONSUMER_ID).refusedWith(CONSUMER_NOT_FOUND, OVERLOADED),
                Route.get("/groups", "listGroups", "List the groups", Schemas.GroupList.class, this::listGroups)
                        .refusedWith(OVERLOADED).takingLong(),
                Route.of("GET", "/groups/{group}", "getGroup", "Show a group on each of its topics", null, Schemas.GroupList.class, this::getGroup)
                        .with(GROUP).refusedWith(GROUP_NOT_FOUND, OVERLOADED).takingLong(),
                Route.post("/consume", "consume", "Get a consumer's next message and move on",
                        Schemas.ConsumeRequest.class, Schemas.Message.class, this::consume)
                        .orNoContent("There is nothing new").refusedWith(CONSUMER_NOT_FOUND),
                Route.of("POST", "/consume/batch", "consumeBatch", "Get a consumer's next messages and move on",
                        Schemas.ConsumeBatchRequest.class, Schemas.Messages.class, this::consumeBatch)
                        .giving(NDJSON).orNoContent("There is nothing new").refusedWith(CONSUMER_NOT_FOUND));
    }

    private Schemas.Welcome welcome() {
        return new Schemas.Welcome("mini-kafka is up. See /docs for every call.");
    }

    private Schemas.Health health() {
        return new Schemas.Health("ok");
    }

    /** {@link Schemas.Stats}, which may be large. */
    private LongAnswer stats() {
        Collection<Topic> topics = engine.topics();
        Collection<Cursor> cursors = engine.cursors();
        Stream<LongAnswer.Part> start = Stream.of(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("topics");
        });
        Stream<LongAnswer.Part> counts = topics.stream().map(topic -> json -> json.writeNumberField(topic.name(), topic.messageCount()));
        Stream<LongAnswer.Part> middle = Stream.of(json -> {
            json.writeEndObject();
            json.writeObjectFieldStart("consumers");
        });
        Stream<LongAnswer.Part> positions = cursors.stream().map(cursor -> json -> json.writePOJOField(cursor.consumerId(), stats(cursor)));
        Stream<LongAnswer.Part> end = Stream.of(json -> {
            json.writeEndObject();
            json.writeEndObject();
        });
        return new LongAnswer(Stream.of(start, counts, middle, positions, end).reduce(Stream::concat).get(), topics.size() + cursors.size());
    }

    private static Schemas.ConsumerStats stats(Cursor cursor) {
        List<Position> positions = cursor.positions();
        Position only = only(cursor, positions);
        long missed = cursor.missed();
        return new Schemas.ConsumerStats(cursor.topic().name(), only == null ? null : only.offset(),
                only == null || only.committed() == only.offset() ? null : only.committed(),
                only == null ? describe(positions) : null, cursor.groupName(),
                Position.totalLag(positions), missed == 0 ? null : missed);
    }

    private static List<Schemas.ConsumerPosition> describe(List<Position> positions) {
        return positions.stream().map(position -> new Schemas.ConsumerPosition(
                position.partition(), position.offset(), position.committed(), position.lag())).collect(Collectors.toList());
    }

    private static List<Integer> partitions(List<Position> positions) {
        return positions.stream().map(Position::partition).collect(Collectors.toList());
    }

    /** The position in the only partition of a topic; null if there are several, or it is another's. */
    private static Position only(Cursor cursor, List<Position> positions) {
        return cursor.topic().partitions() == 1 && positions.size() == 1 ? positions.get(0) : null;
    }

    /** The offset of that position. */
    private static Long onlyOffset(Cursor cursor, List<Position> positions) {
        Position only = only(cursor, positions);
        return only == null ? null : only.offset();
    }

    private Schemas.TopicRegistered registerTopic(Schemas.TopicRegistration request) {
        boolean created = engine.registerTopic(request.topic(), new TopicSettings(request.partitions(), request.maxMessages(),
                request.maxBytes(), request.maxAgeMs(), WhenFull.parse("when_full", request.whenFull())));
        int partitions = engine.topic(request.topic()).partitions();
        return new Schemas.TopicRegistered("ok", request.topic(), created, partitions == 1 ? null : partitions);
    }

    private LongAnswer listTopics() {
        return LongAnswer.list("topics", engine.topics(), this::describe);
    }

    private Schemas.TopicInfo getTopic(Call call) {
        return describe(engine.topic(call.path("topic")));
    }

    private Schemas.TopicDeleted deleteTopic(Call call) {
        engine.deleteTopic(call.path("topic"));
        return new Schemas.TopicDeleted("ok", call.path("topic"));
    }

    private Schemas.TopicInfo describe(Topic topic) {
        TopicSettings settings = topic.settings();
        boolean isLimited = settings.maxMessages() != null || settings.maxBytes() != null;
        boolean isOne = topic.partitions() == 1;
        List<Schemas.PartitionInfo> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(p -> describe(p, topic.startOffset(p), topic.endOffset(p))).collect(Collectors.toList());
        return new Schemas.TopicInfo(topic.name(),
                partitions.stream().mapToLong(Schemas.PartitionInfo::messages).sum(), topic.keptBytes(),
                isOne ? partitions.get(0).startOffset() : null, isOne ? partitions.get(0).endOffset() : null, isOne ? null : partitions,
                settings.maxMessages(), settings.maxBytes(), settings.maxAgeMs(), isLimited ? settings.whenFullOrDefault().text() : null,
                topic.consumerIds());
    }

    private static Schemas.PartitionInfo describe(int partition, long startOffset, long endOffset) {
        return new Schemas.PartitionInfo(partition, endOffset - startOffset, startOffset, endOffset);
    }

    private Object browse(Call call) {
        Topic topic = engine.topic(call.path("topic"));
        int partition = topic.requirePartition("partition", call.query("partition", 0));
        StartPosition from = start(call);
        long maxMessages = range("max_messages", call.query("max_messages", DEFAULT_MAX_MESSAGES), 1, MAX_MESSAGES_LIMIT);
        long minMessages = range("min_messages", call.query("min_messages", 1), 0, maxMessages);
        return engine.browse(topic, partition, from, minMessages,
                (start, check) -> page(topic, partition, start, maxMessages, check), waitMs(call.query("wait_ms", 0)));
    }

    private Payload page(Topic topic, int partition, long start, long maxMessages, Runnable check) {
        MessageWriter writer = new MessageWriter(LIST, maxMessages, DEFAULT_MAX_BYTES, engine.budget().reservation());
        try {
            ByteBuffer page = topic.page(partition, start, writer);
            check.run();
            return new Payload(JSON, page, writer.memory());
        } catch (Throwable e) { // an OutOfMemoryError, say
            writer.close();
            throw e;
        }
    }

    private MessageStream stream(Call call) {
        Topic topic = engine.topic(call.path("topic"));
        Long partition = call.queryNumber("partition");
        return engine.stream(topic, partition == null ? null : topic.requirePartition("partition", partition),
                start(call), call.header("Last-Event-ID"));
    }

    private static StartPosition start(Call call) {
        return call.query("timestamp") == null
                ? StartPosition.parse("offset", call.query("offset")) : StartPosition.at(call.query("timestamp", 0));
    }

    private Schemas.ProducerRegistered registerProducer(Schemas.ProducerRegistration request) {
        String producerId = engine.registerProducer(request.topic(), request.producerId());
        long next = engine.topic(request.topic()).nextSequence(producerId);
        return new Schemas.ProducerRegistered("ok", request.topic(), producerId, next == 0 ? null : next);
    }

    private CompletableFuture<Schemas.Published> produce(Call call) {
        Schemas.PublishRequest request = call.body(Schemas.PublishRequest.class);
        ProducerSequence sequence = ProducerSequence.of(request.producerId(), request.sequence());
        try (EncodedBatch batch = new EncodedBatch(maxMessageBytes, request.value().length() + 64, call.memory())) {
            batch.add(request.value(), request.key(), request.headers(), request.partition());
            Topic topic = engine.topic(request.topic());
            return engine.produce(topic, batch, sequence).thenApply(appended -> {
                Appended.Range range = appended.ranges().get(0);
                return new Schemas.Published("ok", request.topic(), topic.partitions() == 1 ? null : range.partition(), range.baseOffset(),
                        orAbsent(appended.isDuplicate()));
            });
        }
    }

    private CompletableFuture<Schemas.PublishedBatch> produceBatch(Call call) {
        int length = call.body().remaining();
        try (EncodedBatch batch = new EncodedBatch(maxMessageBytes, length + length / 4, call.memory())) {
            String topicName = call.query("topic");
            String producerId = call.query("producer_id");
            Long sequence = call.queryNumber("sequence");
            if (call.isOf(TEXT)) {
                engine.topic(requiredInQuery("topic", topicName, TEXT));
                batch.addLines(call.body().array(), length);
            } else if (call.isOf(NDJSON)) {
                engine.topic(requiredInQuery("topic", topicName, NDJSON));
                new BatchParser(Schemas.JSON, batch, call.memory()).lines(call.body());
            } else {
                BatchParser parser = new BatchParser(Schemas.JSON, batch, call.memory());
                parser.object(call.body());
                topicName = required("topic", either("topic", topicName, parser.topic()));
                producerId = either("producer_id", producerId, parser.producerId());
                sequence = either("sequence", sequence, parser.sequence());
            }
            Topic topic = engine.topic(topicName);
            return engine.produce(topic, batch, ProducerSequence.of(producerId, sequence)).thenApply(appended -> publishedBatch(topic, appended));
        }
    }

    private static String requiredInQuery(String name, String value, String mediaType) {
        if (value == null) {
            throw EngineException.invalid(name, "is required in the query, such as ?" + name + "=demo, with a body of " + mediaType
                    + ". A body of " + JSON + " may name it itself");
        }
        return value;
    }

    /** What the query or the body says, if only one of them does; null if none does. */
    private static <T> T either(String name, T inQuery, T inBody) {
        if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
            throw EngineException.invalid(name, "is " + Names.abbreviated(inQuery.toString()) + " in the query and " + Names.abbreviated(inBody.toString()) + " in the body. Send it once");
        }
        return inQuery == null ? inBody : inQuery;
    }

    private static Schemas.PublishedBatch publishedBatch(Topic topic, Appended appended) {
        List<Schemas.PublishedRange> ranges = appended.ranges().stream()
                .map(range -> new Schemas.PublishedRange(range.partition(), range.baseOffset(), range.count())).collect(Collectors.toList());
        return new Schemas.PublishedBatch(topic.name(), appended.ranges().stream().mapToInt(Appended.Range::count).sum(), ranges,
                orAbsent(appended.isDuplicate()));
    }

    private CompletableFuture<Schemas.ConsumerRegistered> registerConsumer(Schemas.ConsumerRegistration request) {
        Cursor cursor = engine.registerConsumer(request.topic(), new ConsumerSettings(request.consumerId(), request.group(),
                request.autoCommit(), StartPosition.parse("start", request.start()), request.sessionTimeoutMs()));
        List<Position> positions = cursor.positions();
        boolean isAlone = cursor.groupName() == null;
        boolean hasOnly = isAlone && cursor.topic().partitions() == 1;
        return cursor.topic().afterSync(new Schemas.ConsumerRegistered("ok", request.topic(), cursor.consumerId(),
                onlyOffset(cursor, positions), cursor.groupName(), isAlone ? null : cursor.generation(), hasOnly ? null : partitions(positions),
                hasOnly ? null : describe(positions), positions.isEmpty() ? reason(cursor) : null));
    }

    private static Schemas.Reason reason(Cursor cursor) {
        Why why = cursor.why();
        return new Schemas.Reason(why.code().name(), why.detail());
    }

    private CompletableFuture<Schemas.Committed> commit(Schemas.CommitRequest request) {
        Cursor cursor = engine.cursor(request.consumerId());
        Map<Integer, Long> offsets = offsets(cursor, request);
        Map<Integer, Long> committed = offsets == null ? cursor.commit() : cursor.commit(offsets);
        return cursor.topic().afterSync(new Schemas.Committed("ok", cursor.topic().name(), cursor.consumerId(),
                cursor.topic().partitions() == 1 ? committed.get(0) : null,
                committed.entrySet().stream().map(entry -> new Schemas.PartitionOffset(entry.getKey(), entry.getValue()))
                        .collect(Collectors.toList())));
    }

    /** What is to be committed, by partition; null for all that was delivered. */
    private static Map<Integer, Long> offsets(Cursor cursor, Schemas.CommitRequest request) {
        if (request.offset() != null && request.offsets() != null) {
            throw EngineException.invalid("offset", "and offsets do not go together");
        }
        if (request.offset() == null && request.partition() != null) {
            throw EngineException.invalid("offset", "is required with a partition");
        }
        if (request.offset() != null) {
            return Map.of(partitionOf(cursor, request), range("offset", request.offset(), 0, Long.MAX_VALUE));
        }
        if (request.offsets() == null) {
            return null;
        }
        Map<Integer, Long> offsets = new LinkedHashMap<>();
        for (Schemas.PartitionOffset one : request.offsets()) {
            if (one == null) {
                throw EngineException.invalid("offsets", "must be a list of objects such as {\"partition\": 0, \"offset\": 1}");
            }
            if (offsets.put(one.partition(), range("offsets.offset", one.offset(), 0, Long.MAX_VALUE)) != null) {
                throw EngineException.invalid("offsets", "names partition " + one.partition() + " twice");
            }
        }
        return offsets;
    }

    /** Which partition an offset is of that is to be committed. */
    private static int partitionOf(Cursor cursor, Schemas.CommitRequest request) {
        if (request.partition() != null || cursor.topic().partitions() == 1) {
            return request.partition() == null ? 0 : request.partition();
        }
        List<Position> positions = cursor.positions();
        if (positions.size() != 1) {
            throw EngineException.invalid("offset", "does not say of which partition: give the partition, or offsets, such as "
                    + "[{\"partition\": 0, \"offset\": " + request.offset() + "}]");
        }
        return positions.get(0).partition();
    }

    private CompletableFuture<Schemas.Sought> seek(Schemas.SeekRequest request) {
        Cursor cursor = engine.cursor(request.consumerId());
        if ((request.offset() == null) == (request.timestamp() == null)) {
            throw EngineException.invalid("offset", "or timestamp is required, and not both");
        }
        StartPosition to = request.offset() == null ? StartPosition.at(request.timestamp()) : StartPosition.parse("offset", request.offset());
        if (request.partition() == null && to.isNumber() && cursor.topic().partitions() > 1) {
            throw EngineException.invalid("partition", "is required with a number, for topic " + cursor.topic().name() + " has "
                    + cursor.topic().partitions() + " partitions");
        }
        List<Position> positions = cursor.seek(request.partition(), to);
        return cursor.topic().afterSync(
                new Schemas.Sought("ok", cursor.topic().name(), cursor.consumerId(), onlyOffset(cursor, positions), describe(positions)));
    }

    private CompletableFuture<Schemas.Unregistered> unregister(Schemas.UnregisterRequest request) {
        Topic topic = engine.cursor(request.consumerId()).topic();
        engine.unregisterConsumer(request.consumerId());
        return topic.afterSync(new Schemas.Unregistered("ok", topic.name(), request.consumerId()));
    }

    private Schemas.ConsumerInfo getConsumer(Call call) {
        Cursor cursor = engine.cursor(call.path("consumer_id"));
        List<Position> positions = cursor.positions();
        return new Schemas.ConsumerInfo(cursor.consumerId(), cursor.topic().name(), cursor.groupName(),
                cursor.groupName() == null ? null : cursor.generation(), cursor.commitsItself(), partitions(positions),
                describe(positions), onlyOffset(cursor, positions), Position.totalLag(positions),
                cursor.missed(), cursor.waiting(), reason(cursor));
    }

    private LongAnswer listConsumers(Call call) {
        String topic = call.query("topic");
        String group = call.query("group");
        List<Cursor> cursors = engine.cursors().stream()
                .filter(cursor -> isUnset(topic) || cursor.topic().name().equals(topic))
                .filter(cursor -> isUnset(group) || group.equals(cursor.groupName())).collect(Collectors.toList());
        return LongAnswer.list("consumers", cursors, Broker::listed);
    }

    private static boolean isUnset(String filter) {
        return filter == null || filter.isEmpty();
    }

    private static Schemas.ListedConsumer listed(Cursor cursor) {
        List<Position> positions = cursor.positions();
        return new Schemas.ListedConsumer(cursor.consumerId(), cursor.topic().name(), cursor.groupName(),
                cursor.groupName() == null ? null : cursor.generation(), cursor.commitsItself(), partitions(positions),
                describe(positions), onlyOffset(cursor, positions), Position.totalLag(positions), cursor.missed(), cursor.waiting());
    }

    private LongAnswer listGroups() {
        return LongAnswer.list("groups", engine.groups(), group -> describe(group.get()));
    }

    private LongAnswer getGroup(Call call) {
        return LongAnswer.list("groups", engine.groups(call.path("group")), group -> describe(group.get()));
    }

    private static Schemas.GroupInfo describe(GroupState group) {
        return new Schemas.GroupInfo(group.group(), group.topic(), group.generation(),
                group.members().stream().map(member -> new Schemas.GroupMember(member.consumerId(), member.assigned()))
                        .collect(Collectors.toList()),
                group.partitions().stream().map(one -> new Schemas.GroupPartition(one.partition(), one.committed(), one.endOffset(),
                        one.lag(), one.owner())).collect(Collectors.toList()),
                group.lag());
    }

    private Object consume(Schemas.ConsumeRequest request) {
        return engine.consume(request.consumerId(), () -> MessageWriter.forOne(engine.budget().reservation()),
                writer -> Payload.of(JSON, writer), waitMs(request.waitMs()));
    }

    private Object consumeBatch(Call call) {
        Schemas.ConsumeBatchRequest request = call.body(Schemas.ConsumeBatchRequest.class);
        long maxMessages = range("max_messages", or(request.maxMessages(), DEFAULT_MAX_MESSAGES), 1, MAX_MESSAGES_LIMIT);
        long maxBytes = range("max_bytes", or(request.maxBytes(), DEFAULT_MAX_BYTES), 1, MAX_BATCH_BYTES);
        boolean asLines = call.accepts(NDJSON);
        return engine.consume(request.consumerId(),
                () -> new MessageWriter(asLines ? LINES : LIST, maxMessages, maxBytes, engine.budget().reservation()),
                writer -> Payload.of(asLines ? NDJSON : JSON, writer), waitMs(request.waitMs()));
    }

    private static Boolean orAbsent(boolean flag) {
        return flag ? true : null;
    }

    private static long waitMs(Long given) {
        return range("wait_ms", or(given, 0), 0, MAX_WAIT_MS);
    }

    private static long or(Long given, long otherwise) {
        return given == null ? otherwise : given;
    }

    private static String required(String field, String value) {
        if (value == null) {
            throw EngineException.invalid(field, "is required");
        }
        return value;
    }

    private static long range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw EngineException.invalid(field, "must be from " + min + " to " + max + ", but is " + value);
        }
        return value;
    }

    /** JSON may spell a character of one byte with six ({@code \u0041}); the rest of a request is small. */
    private int maxBodyBytes() {
        return 6 * maxMessageBytes + (64 << 10);
    }

    private void report(DataDirectory.Recovery recovery, double seconds) {
        recovery.notices().forEach(notice -> System.err.println("broker: " + notice));
        Path folder = dataDirectory.folder().toAbsolutePath().normalize();
        String what = dataDirectory.isNew() ? "New data directory " + folder
                : String.format(Locale.ROOT, "Read %s of %s back from %s in %.2f s", Plural.of(recovery.messages(), "message"),
                        Plural.of(recovery.topics(), "topic"), folder, seconds);
        System.out.println(what + " (--fsync " + dataDirectory.fsync() + ")");
    }

    private void announce(InetAddress address, int port) {
        String url = url(address.isAnyLocalAddress() ? "127.0.0.1" : host, port);
        String jbang = "./jbang".equals(System.getenv("JBANG_LAUNCH_CMD")) ? "./jbang" : "jbang";
        String broker = port == DEFAULT_PORT ? "" : " --broker " + url;
        System.out.printf("mini-kafka is ready at %s (open it in a browser; every call: %s/docs)%n", url, url);
        if (address.isAnyLocalAddress()) {
            List<String> urls = NetworkAddresses.reachable().stream().map(other -> url(other, port)).collect(Collectors.toList());
            System.out.println(urls.isEmpty() ? "Other machines cannot reach it: this machine has no network address."
                    : "Other machines reach it at " + String.join(" or ", urls));
        }
        System.out.printf("Next, in other terminals:%n");
        System.out.printf("  %s Consumer.java%s --topic greetings%n", jbang, broker);
        System.out.printf("  %s Producer.java%s --topic greetings \"hello, world\"%n", jbang, broker);
        System.out.println(dataDirectory == null ? "Messages are kept in RAM and end with the broker. Ctrl-C stops it."
                : "Topics are kept in " + dataDirectory.folder() + " too, and outlive the broker. Ctrl-C stops it.");
    }

    private static String url(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whoever waits for the file to appear never reads half of it. */
    private static void writeAtOnce(Path file, String content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path draft = absolute.resolveSibling(absolute.getFileName() + ".draft");
        Files.writeString(draft, content);
        Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void stop(HttpServer server) {
        try {
            engine.stop();
            server.stop();
        } catch (RuntimeException e) {
            System.err.println("broker: some requests took too long to be answered before the stop");
        }
        closeDataDirectory();
        System.out.println("mini-kafka has stopped.");
        Runtime.getRuntime().halt(exitCode); // 0 after a signal, which is the normal end, and not 130 or 143
    }

    private void closeDataDirectory() {
        if (dataDirectory == null) {
            return;
        }
        Thread closing = new Thread(() -> {
            try {
                dataDirectory.close();
            } catch (IOException | EngineException e) {
                failToStop(e.getMessage());
            }
        }, "close");
        try {
            closing.start();
            closing.join(DISK_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            failToStop("the disk does not answer, so that what came last may not be on it");
        }
    }

    private static void failToStop(String why) {
        System.err.println("broker: " + why);
        exitCode = 1;
    }

    private static boolean isFileInFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
    }

    private void requireRange(String option, int value, int min, int max) {
        require(value >= min && value <= max, option, value + " is not from " + min + " to " + max);
    }

    private void require(boolean condition, String option, String otherwise) {
        if (!condition) {
            throw invalid(option, otherwise);
        }
    }

    private ParameterException invalid(String option, String why) {
        return new ParameterException(spec.commandLine(), "Invalid value for option '" + option + "': " + why);
    }
}
