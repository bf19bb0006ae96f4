///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Starts a real node of Apache Kafka on this machine, to try the gateway and for tests. It needs no Docker.
//JAVA 17+
//JAVAC_OPTIONS -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:all=error -XX:MaxRAMPercentage=12
//DEPS info.picocli:picocli:4.7.7
//DEPS com.google.errorprone:error_prone_annotations:2.42.0
//DEPS org.apache.kafka:kafka_2.13:4.3.1
//DEPS org.slf4j:slf4j-simple:2.0.20
//SOURCES ../cli/package-info.java node/package-info.java

import cli.Cli;
import cli.HostName;
import cli.OptionCheck;
import cli.PortFile;
import cli.ProcessContext;
import cli.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import kafka.node.NodeSettings;
import kafka.node.TemporaryFolder;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A node of Apache Kafka in KRaft mode: a broker and a controller in this process. */
@Command(
        name = "kafka-node",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a real node of Apache Kafka in KRaft mode, as a broker and a controller.",
            "Several nodes can form a cluster.",
            ""
        },
        footer = {
            "",
            "A cluster of three nodes, each in a terminal of its own, begins like this:",
            "  kafka-node --port 9092 --node-id 1 --controllers 1@127.0.0.1:9192,2@127.0.0.1:9193,3@127.0.0.1:9194",
            "The other nodes have another port and another id, and the same controllers."
        })
public class KafkaNode implements Callable<Integer> {
    /** All nodes have it, because nodes with different ids do not form a cluster. 16 bytes in base64url, as Kafka requires. */
    private static final String CLUSTER_ID = "bWluaS1rYWZrYS1ub2Rlcw";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "9092",
            description = "Port for Kafka clients; 0 selects a free port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on. Clients are told to connect to it (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            description = "Write the port to this file when the node is ready.")
    private Path portFile;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Keep the data and the log of Kafka in this folder. Default: a temporary folder, which is deleted when the node stops.")
    private Path dataDir;

    @Option(
            names = "--node-id",
            paramLabel = "N",
            defaultValue = "1",
            description = "The id of this node in its cluster (default: ${DEFAULT-VALUE}).")
    private int nodeId;

    @Option(
            names = "--controllers",
            paramLabel = "ID@HOST:PORT",
            split = ",",
            description =
                    "All nodes of the cluster, with a port of each that only nodes use. Separate them with commas. Default: this node alone.")
    private List<String> controllers = List.of();

    @Option(
            names = "--kafka",
            paramLabel = "NAME=VALUE",
            description = "A setting of Kafka (server.properties), such as log.retention.hours=1. Can be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;

    public KafkaNode(ProcessContext context) {
        this.context = context;
    }

    public static void main(String... args) {
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new KafkaNode(context), context, args));
    }

    @Override
    public Integer call() throws Exception {
        PortFile readyFile = checkedOptions();
        NodeSettings node = node();
        TemporaryFolder temporary = dataDir == null ? TemporaryFolder.create("kafka-node") : null;
        Path folder = temporary == null ? Files.createDirectories(dataDir) : temporary.path();
        logTo(folder.resolve("kafka.log"));
        KafkaRaftServer server;
        try {
            server = start(node.properties(folder.resolve("data"), settings), folder);
        } catch (Throwable e) {
            delete(temporary);
            throw e;
        }
        context.onStop(() -> stop(server, temporary));
        announce(node.port(), temporary == null);
        if (readyFile != null) {
            readyFile.write(node.port());
        }
        return context.awaitStop();
    }

    /** Returns the file to write the port to; null if absent. */
    private PortFile checkedOptions() throws IOException {
        OptionCheck.requireRange(spec, "--port", port, 0, 65535);
        OptionCheck.requireRange(spec, "--node-id", nodeId, 0, Integer.MAX_VALUE);
        OptionCheck.require(
                spec, HostName.resolve(host) != null, "--host", "'" + host + "' cannot be resolved to an address");
        for (String controller : controllers) {
            OptionCheck.require(
                    spec,
                    NodeSettings.isController(controller),
                    "--controllers",
                    "'" + controller + "' is not of the form ID@HOST:PORT, such as 1@127.0.0.1:9192");
        }
        OptionCheck.require(
                spec,
                dataDir == null || !Files.isRegularFile(dataDir),
                "--data-dir",
                dataDir + " is a file, not a folder");
        return PortFile.cleared(portFile, spec);
    }

    private NodeSettings node() throws IOException {
        int ownPort = port == 0 ? NodeSettings.freePort(host) : requireFree(port);
        NodeSettings node = controllers.isEmpty()
                ? NodeSettings.alone(nodeId, host, ownPort)
                : new NodeSettings(nodeId, host, ownPort, controllers);
        OptionCheck.require(spec, node.isInCluster(), "--controllers", "none has the id " + nodeId + " of this node");
        return node;
    }

    /** Kafka would report a port that is in use by many lines. */
    private int requireFree(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new IOException("Port " + wanted + " of " + host + " cannot be used: " + e.getMessage()
                    + ". Select another --port; 0 selects a free port.");
        }
    }

    /** Kafka reports a fatal error in its log only, and ends the process. */
    private void logTo(Path log) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.logFile", log.toString());
        Exit.Procedure end = (status, message) -> {
            context.err().println("kafka-node: Kafka has ended because of an error. Its log is " + log);
            Runtime.getRuntime().halt(Math.max(1, status));
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
    }

    private static KafkaRaftServer start(Properties properties, Path folder) throws IOException {
        Path file = folder.resolve("server.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "Kafka reads this file once, at the start.");
        }
        ByteArrayOutputStream remarks = new ByteArrayOutputStream();
        String[] format = {"format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", file.toString()};
        if (StorageTool.execute(format, new PrintStream(remarks, true, StandardCharsets.UTF_8)) != 0) {
            throw new IOException("the data directory cannot be prepared: "
                    + remarks.toString(StandardCharsets.UTF_8).strip());
        }
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        server.startup();
        return server;
    }

    private void announce(int ownPort, boolean isKept) {
        String address = host + ":" + ownPort;
        context.out().println("Apache Kafka " + AppInfoParser.getVersion() + " is ready at " + address);
        context.out().println(isKept ? "Ctrl-C stops it." : "Its data is deleted when it stops. Ctrl-C stops it.");
    }

    private int stop(KafkaRaftServer server, TemporaryFolder temporary) {
        server.shutdown();
        delete(temporary);
        context.out().println("Kafka has stopped.");
        return 0;
    }

    private void delete(TemporaryFolder temporary) {
        try {
            if (temporary != null) {
                temporary.delete();
            }
        } catch (IOException e) {
            context.err().println("kafka-node: the temporary folder could not be deleted: " + e.getMessage());
        }
    }
}
