///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A message broker like Apache Kafka: topics in memory and optionally on disk, an offset for each consumer, plain HTTP.
//JAVA 17+
//CDS
//JAVAC_OPTIONS -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
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
//SOURCES access/package-info.java api/package-info.java cli/package-info.java engine/package-info.java http/package-info.java http/jetty/package-info.java server/package-info.java storage/package-info.java tls/package-info.java

import access.TokenCommand;
import cli.ClassArchive;
import cli.Cli;
import cli.ProcessContext;
import cli.Version;
import engine.Limits;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Scheduler;
import engine.Storage;
import http.ApiPlugin;
import http.jetty.Descriptors;
import http.jetty.SelectorQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import server.ServerCommand;
import storage.DataDirectory;
import storage.Repair;
import storage.StorageOptions;
import tls.CertificateCommand;

/** The command that starts the broker: topics in memory, and on disk with a data directory. */
@Command(
        name = "broker",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {TokenCommand.class, CertificateCommand.class},
        description =
                "A message broker like Apache Kafka. Topics are kept in memory, and on disk with --data-dir. The API is plain HTTP.",
        footer = "%nAn option has precedence over its environment variable. A blank variable counts as absent.")
public class Broker extends ServerCommand {
    @ArgGroup(validate = false, order = 1, heading = "%nDurability:%n")
    private StorageOptions storageOptions;

    /** Null without --data-dir. */
    private DataDirectory dataDirectory;

    public Broker(ProcessContext context) {
        super(context);
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
    protected Integer prepare() throws IOException {
        if (storageOptions == null) {
            return null;
        }
        Path dataDir = storageOptions.dataDir();
        require(dataDir != null, storageOptions.repair() ? "--repair" : "--fsync", "it requires --data-dir");
        require(!dataDir.toString().isEmpty(), "--data-dir", "it is empty");
        require(!Files.isRegularFile(dataDir), "--data-dir", dataDir + " is a file, not a folder");
        if (storageOptions.repair()) {
            try (DataDirectory damaged = DataDirectory.toRepair(dataDir)) {
                return new Repair(damaged).ask(context().in(), context().out()) ? 0 : 1;
            }
        }
        dataDirectory = new DataDirectory(dataDir, storageOptions.fsync(), Scheduler.SYSTEM);
        return null;
    }

    @Override
    protected MemoryBroker open(MemoryBudget budget, Limits counts, int maxMessageBytes) throws IOException {
        Storage storage = dataDirectory == null ? Storage.NONE : Descriptors.sparing(dataDirectory);
        MemoryBroker broker =
                new MemoryBroker(budget, counts, storage, Scheduler.SYSTEM, SelectorQueue::atEndOfIteration);
        if (dataDirectory != null) {
            long start = System.nanoTime();
            DataDirectory.Recovery recovery = dataDirectory.restore(broker);
            recovery.notices().forEach(this::printNotice);
            context().out().println(dataDirectory.describe(recovery, (System.nanoTime() - start) / 1e9));
        }
        return broker;
    }

    @Override
    protected String keeping() {
        return dataDirectory == null
                ? "Messages are kept in memory only and are lost when the broker stops. Ctrl-C stops it."
                : "Topics are also kept in " + dataDirectory.folder()
                        + " and survive a restart. Ctrl-C stops the broker.";
    }

    @Override
    protected void close() throws IOException {
        if (dataDirectory != null) {
            dataDirectory.closeInTime();
        }
    }
}
