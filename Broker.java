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
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.22.1
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
//SOURCES access/package-info.java api/package-info.java cli/package-info.java engine/package-info.java http/package-info.java http/jetty/package-info.java storage/package-info.java tls/package-info.java

import access.AccessControl;
import access.AccessOptions;
import access.TokenCommand;
import api.Routes;
import api.Schemas;
import cli.Announcement;
import cli.ClassArchive;
import cli.Cli;
import cli.ControlCharacters;
import cli.FileWatch;
import cli.HostName;
import cli.LimitOptions;
import cli.ListenOptions;
import cli.OptionCheck;
import cli.PortFile;
import cli.ProcessContext;
import cli.Version;
import engine.Limits;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.Scheduler;
import engine.Storage;
import http.ApiPlugin;
import http.DashboardPlugin;
import http.DocsPlugin;
import http.Metrics;
import http.NetworkAddresses;
import http.RequestStats;
import http.Route;
import http.jetty.Descriptors;
import http.jetty.SelectorQueue;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import storage.DataDirectory;
import storage.Repair;
import storage.StorageOptions;
import tls.CertificateCommand;
import tls.ServerTls;
import tls.TlsOptions;

/** The command that starts the broker: its options, the assembly of its parts, the announcement and the stop. */
@Command(
        name = "broker",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {TokenCommand.class, CertificateCommand.class},
        description =
                "A message broker like Apache Kafka. Topics are kept in memory, and on disk with --data-dir. The API is plain HTTP.",
        footer = "%nAn option has precedence over its environment variable. A blank variable counts as absent.")
public class Broker implements Callable<Integer> {
    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @ArgGroup(validate = false, heading = "%nDurability:%n")
    private StorageOptions storageOptions;

    @ArgGroup(validate = false, heading = "%nAccess control:%n")
    private AccessOptions accessOptions;

    @ArgGroup(validate = false, heading = "%nTLS:%n")
    private TlsOptions tlsOptions;

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;
    private MemoryBroker messages;

    /** Null without --auth. */
    private Path accessFile;

    /** Null without --auth. */
    private AccessControl access;

    /** Null without --tls-cert. */
    private ServerTls tls;

    private final List<FileWatch> watches = new ArrayList<>();

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
        listen.check(spec);
        limits.check(spec);
        PortFile portFile = listen.clearedPortFile(spec);
        accessFile = accessOptions == null ? null : accessOptions.requireFile(spec);
        tls = tlsOptions == null ? null : tlsOptions.tls(spec, this::printNotice);
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
        Javalin server = serve(listen.host(), listen.port());
        context.onStop(() -> stop(server));
        if (access != null) {
            watches.add(new FileWatch(List.of(accessFile), access::reload));
        }
        if (tls != null) {
            watches.add(new FileWatch(tls.files(), tls::reload));
        }
        otherUrls = NetworkAddresses.reachable(listen.address()).stream()
                .map(other -> HostName.url(scheme(), other, server.port()))
                .toList();
        String folder = dataDirectory == null ? null : dataDirectory.folder().toString();
        Path certificate = tls == null ? null : tls.files().get(0);
        new Announcement(
                        listen.address(),
                        scheme(),
                        listen.host(),
                        server.port(),
                        otherUrls,
                        accessFile == null,
                        certificate,
                        folder)
                .print(context.out());
        if (portFile != null) {
            portFile.write(server.port());
        }
        return context.awaitStop();
    }

    private String scheme() {
        return tls == null ? "http" : "https";
    }

    private Javalin serve(String host, int port) throws IOException {
        Storage storage = dataDirectory == null ? Storage.NONE : Descriptors.sparing(dataDirectory);
        MemoryBudget budget = new MemoryBudget(Runtime.getRuntime().maxMemory());
        Limits counts =
                new Limits(limits.maxPartitions(), limits.maxTopics(), limits.maxConsumers(), limits.maxProducers());
        messages = new MemoryBroker(budget, counts, storage, Scheduler.SYSTEM, SelectorQueue::atEndOfIteration);
        if (dataDirectory != null) {
            long start = System.nanoTime();
            DataDirectory.Recovery recovery = dataDirectory.restore(messages);
            recovery.notices().forEach(this::printNotice);
            context.out().println(dataDirectory.describe(recovery, (System.nanoTime() - start) / 1e9));
        }
        return ApiPlugin.start(javalin(budget), host, port);
    }

    private Javalin javalin(MemoryBudget budget) throws IOException {
        RequestStats stats = new RequestStats();
        Metrics metrics = new Metrics(budget, stats);
        Function<MessageBroker, List<Route>> table = broker -> Stream.concat(
                        Routes.of(broker, limits.maxMessageBytes()).stream(),
                        Stream.of(metrics.route(broker), DashboardPlugin.addresses(() -> otherUrls)))
                .toList();
        if (accessFile != null) {
            access = new AccessControl(accessFile, messages, table, this::printNotice);
        }
        List<Route> routes = access == null ? table.apply(messages) : access.publicRoutes();
        return Javalin.create(config -> {
            config.registerPlugin(new ApiPlugin(api -> {
                api.routes = routes;
                api.authenticator = access == null ? null : access::routesOf;
                api.tls = tls == null ? null : tls.context();
                api.json = () -> Schemas.JSON;
                api.maxMessageBytes = limits.maxMessageBytes();
                api.maxConnections = limits.maxConnections();
                api.allowedHosts = listen.allowedHosts();
                api.stats = stats;
                api.budget = budget;
            }));
            config.registerPlugin(new DocsPlugin(docs -> {
                docs.routes = routes;
                docs.json = () -> Schemas.JSON;
                docs.requiresToken = access != null;
                docs.version = Version.NUMBER;
            }));
            config.registerPlugin(new DashboardPlugin());
        });
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
            watches.forEach(FileWatch::close);
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
        context.err().println("broker: " + ControlCharacters.escapeLine(notice));
    }

    private void require(boolean condition, String option, String violation) {
        OptionCheck.require(spec, condition, option, violation);
    }
}
