///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A message broker like Apache Kafka: topics in memory and optionally on disk, an offset for each consumer, plain HTTP.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+UseTransparentHugePages
//RUNTIME_OPTIONS -XX:InitialRAMPercentage=6 -XX:MaxNewSize=64m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=12
//RUNTIME_OPTIONS -XX:G1PeriodicGCInterval=30000 -XX:TrimNativeHeapInterval=5000
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//RUNTIME_OPTIONS -Dorg.eclipse.jetty.util.referencesPerCacheLine=16
//DEPS io.javalin:javalin:7.2.3
//DEPS jakarta.servlet:jakarta.servlet-api:6.0.0
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS com.google.errorprone:error_prone_annotations:2.42.0
//DEPS org.apache.commons:commons-text:1.15.0
//DEPS io.swagger.core.v3:swagger-core-jakarta:2.2.55
//DEPS org.webjars:swagger-ui:5.34.1
//DEPS io.nayuki:qrcodegen:1.8.0
//DEPS io.prometheus:prometheus-metrics-core:1.8.0
//DEPS io.prometheus:prometheus-metrics-instrumentation-jvm:1.8.0
//DEPS io.prometheus:prometheus-metrics-exposition-textformats:1.8.0
//DEPS org.slf4j:slf4j-simple:2.0.20
//SOURCES Schemas.java
//SOURCES api/package-info.java cli/package-info.java engine/package-info.java http/package-info.java http/jetty/package-info.java storage/package-info.java

import api.Routes;
import api.Schemas;
import cli.ClassArchive;
import cli.Cli;
import cli.HostName;
import cli.LaunchCommand;
import cli.OptionCheck;
import cli.PortFile;
import cli.ProcessContext;
import cli.Version;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Scheduler;
import engine.Storage;
import http.ApiPlugin;
import http.DashboardPlugin;
import http.DocsPlugin;
import http.MetricsPlugin;
import http.NetworkAddresses;
import http.RequestStats;
import http.Route;
import http.jetty.Descriptors;
import http.jetty.SelectorQueue;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import storage.DataDirectory;
import storage.Repair;
import storage.StorageOptions;

/** The command that starts the broker: its options, the assembly of its parts, the announcement and the stop. */
@Command(
        name = "broker",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "A message broker like Apache Kafka. Topics are kept in memory, and on disk with --data-dir. The API is plain HTTP.",
        footer = "%nAn option has precedence over its environment variable. A blank variable counts as absent.")
public class Broker implements Callable<Integer> {
    /** The maximum of --max-message-bytes. A request body may be six times as large and must fit into one array. */
    private static final int MAX_MESSAGE_BYTES = 256 << 20;

    /** The maximum of --max-partitions. */
    private static final int MAX_PARTITIONS = 100_000;

    private static final int DEFAULT_PORT = 8000;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "8000",
            descriptionKey = "MINI_KAFKA_PORT",
            description = "Port to listen on; 0 selects a free port (default: 8000; environment MINI_KAFKA_PORT).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            descriptionKey = "MINI_KAFKA_HOST",
            description =
                    "Address to listen on; with 0.0.0.0 other machines can connect (default: 127.0.0.1; environment MINI_KAFKA_HOST).")
    private String host;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            descriptionKey = "MINI_KAFKA_PORT_FILE",
            description = "Write the port to this file when the broker is ready (environment MINI_KAFKA_PORT_FILE).")
    private Path portFile;

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
            names = "--allow-host",
            paramLabel = "NAME",
            split = ",",
            descriptionKey = "MINI_KAFKA_ALLOW_HOST",
            description =
                    "Also accept requests for this host name, and from pages of a proxy with this name. The broker always accepts IP addresses, "
                            + "and names that no site on the internet can have, such as localhost, pc.lan or kafka.default. Separate several names "
                            + "with commas (environment MINI_KAFKA_ALLOW_HOST).")
    private Set<String> allowedHosts = Set.of();

    @ArgGroup(validate = false, heading = "%nDurability:%n")
    private StorageOptions storageOptions;

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;
    private MemoryBroker messages;

    /** The URLs at which other machines reach the broker. */
    private volatile List<String> otherUrls = List.of();

    /** Null without --data-dir. */
    private DataDirectory dataDirectory;

    public Broker(ProcessContext context) {
        this.context = context;
    }

    public static void main(String... args) {
        ApiPlugin.preload();
        ProcessContext context = ProcessContext.ofThisProcess();
        int exitCode = Cli.run(new Broker(context), context, args);
        if (ClassArchive.isBeingMade()) {
            ClassArchive.rehearse(
                    () -> new Broker(context).serve("127.0.0.1", 0).port());
        }
        context.exit(exitCode);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionCheck.requireRange(spec, "--port", port, 0, 65535);
        host = host.strip().replaceFirst("^\\[(.*)\\]$", "$1");
        require(!host.isEmpty(), "--host", "it is empty");
        InetAddress address = HostName.resolve(host);
        require(address != null, "--host", "'" + host + "' cannot be resolved to an address");
        OptionCheck.requireRange(spec, "--max-message-bytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
        OptionCheck.requireRange(spec, "--max-partitions", maxPartitions, 1, MAX_PARTITIONS);
        allowedHosts = Set.copyOf(allowedHosts.stream()
                .map(name -> OptionCheck.requireHostName(spec, "--allow-host", name))
                .toList());
        PortFile announced = portFile == null ? null : new PortFile(portFile);
        if (announced != null) {
            require(announced.isPossible(), "--port-file", "its folder does not exist, or it is a folder, not a file");
            announced.clear();
        }
        if (storageOptions != null) {
            Path dataDir = storageOptions.dataDir();
            require(dataDir != null, storageOptions.repair() ? "--repair" : "--fsync", "it requires --data-dir");
            require(!dataDir.toString().isEmpty(), "--data-dir", "it is empty");
            require(!Files.isRegularFile(dataDir), "--data-dir", dataDir + " is a file, not a folder");
            if (storageOptions.repair()) {
                try (DataDirectory damaged = DataDirectory.toRepair(dataDir)) {
                    return new Repair(damaged).ask(context.in(), context.out()) ? 0 : 1;
                }
            }
            dataDirectory = new DataDirectory(dataDir, storageOptions.fsync(), Scheduler.SYSTEM);
        }
        Javalin server = serve(host, port);
        context.onStop(() -> stop(server));
        otherUrls = NetworkAddresses.reachable(address).stream()
                .map(other -> HostName.url(other, server.port()))
                .toList();
        announce(address, server.port());
        if (announced != null) {
            announced.write(server.port());
        }
        return context.awaitStop();
    }

    private Javalin serve(String host, int port) throws IOException {
        Storage storage = dataDirectory == null ? Storage.NONE : Descriptors.sparing(dataDirectory);
        MemoryBudget budget = new MemoryBudget(Runtime.getRuntime().maxMemory());
        messages = new MemoryBroker(budget, maxPartitions, storage, Scheduler.SYSTEM, SelectorQueue::atEndOfIteration);
        if (dataDirectory != null) {
            long start = System.nanoTime();
            DataDirectory.Recovery recovery = dataDirectory.restore(messages);
            recovery.notices().forEach(this::printNotice);
            context.out().println(dataDirectory.describe(recovery, (System.nanoTime() - start) / 1e9));
        }
        return ApiPlugin.start(javalin(budget), host, port);
    }

    private Javalin javalin(MemoryBudget budget) {
        List<Route> routes = Routes.of(messages, maxMessageBytes);
        RequestStats stats = new RequestStats();
        return Javalin.create(config -> {
            config.registerPlugin(new ApiPlugin(api -> {
                api.routes = routes;
                api.json = () -> Schemas.JSON;
                api.maxMessageBytes = maxMessageBytes;
                api.allowedHosts = allowedHosts;
                api.stats = stats;
                api.budget = budget;
            }));
            config.registerPlugin(new DocsPlugin(docs -> {
                docs.routes = routes;
                docs.json = () -> Schemas.JSON;
                docs.version = Version.NUMBER;
            }));
            config.registerPlugin(new DashboardPlugin(dashboard -> dashboard.addresses = () -> otherUrls));
            config.registerPlugin(new MetricsPlugin(metrics -> {
                metrics.broker = messages;
                metrics.budget = budget;
                metrics.requests = stats;
            }));
        });
    }

    private void announce(InetAddress address, int port) {
        PrintStream out = context.out();
        String url = HostName.url(address.isAnyLocalAddress() ? "127.0.0.1" : host, port);
        String broker = port == DEFAULT_PORT ? "" : " --broker " + url;
        out.printf("mini-kafka is ready at %s (open it in a browser; API documentation: %s/docs)%n", url, url);
        if (address.isAnyLocalAddress()) {
            out.println(
                    otherUrls.isEmpty()
                            ? "Other machines cannot reach it, because this machine has no network address."
                            : "Other machines reach it at " + String.join(" or ", otherUrls));
        }
        out.printf("Next, in other terminals:%n");
        out.printf("  %s%s --topic greetings%n", LaunchCommand.of("Consumer"), broker);
        out.printf("  %s%s --topic greetings \"hello, world\"%n", LaunchCommand.of("Producer"), broker);
        out.println(
                dataDirectory == null
                        ? "Messages are kept in memory only and are lost when the broker stops. Ctrl-C stops it."
                        : "Topics are also kept in " + dataDirectory.folder()
                                + " and survive a restart. Ctrl-C stops the broker.");
    }

    /** Returns the exit code. */
    private int stop(Javalin server) {
        int exitCode = 0;
        try {
            messages.stop();
            server.stop();
        } catch (RuntimeException e) {
            printNotice("some requests were not answered before the stop, because they took too long");
        }
        try {
            if (dataDirectory != null) {
                dataDirectory.closeInTime();
            }
        } catch (IOException e) {
            printNotice(e.getMessage());
            exitCode = 1;
        }
        context.out().println("mini-kafka has stopped.");
        return exitCode;
    }

    private void printNotice(String notice) {
        context.err().println("broker: " + notice);
    }

    private void require(boolean condition, String option, String violation) {
        OptionCheck.require(spec, condition, option, violation);
    }
}
