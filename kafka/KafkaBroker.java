///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A broker like Broker.java that also speaks Kafka's own protocol: Kafka clients and HTTP clients use the same topics.
//CDS
//DEPS org.apache.kafka:kafka-clients:4.3.1
//SOURCES ../Broker.java protocol/package-info.java

import access.OwnerView;
import cli.ClassArchive;
import cli.Cli;
import cli.OptionCheck;
import cli.PortFile;
import cli.ProcessContext;
import cli.Version;
import engine.Limits;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.PartitionLogs;
import http.ApiPlugin;
import java.io.IOException;
import java.net.InetAddress;
import kafka.protocol.Authenticator;
import kafka.protocol.KafkaApis;
import kafka.protocol.KafkaServer;
import kafka.protocol.ProtocolOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that starts the broker with a second port, for Kafka clients. */
@Command(
        name = "kafka-broker",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "A message broker for HTTP and for Kafka clients, which use the same topics.",
            "Topics are kept in memory, and on disk with --data-dir."
        },
        footer = "%nAn option has precedence over its environment variable. A blank variable counts as absent.")
public class KafkaBroker extends Broker {
    @Mixin
    private final ProtocolOptions protocol = new ProtocolOptions();

    @Spec
    private CommandSpec spec;

    private MemoryBroker broker;
    private MemoryBudget memory;
    private int maxMessageBytes;
    private KafkaServer server;

    /** Null without its option. */
    private PortFile portFile;

    public KafkaBroker(ProcessContext context) {
        super(context);
    }

    public static void main(String... args) {
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "off"); // the responses say what is wrong
        ApiPlugin.preload();
        ProcessContext context = ProcessContext.ofThisProcess();
        int exitCode = Cli.run(new KafkaBroker(context), context, args);
        if (ClassArchive.isBeingMade()) {
            ClassArchive.rehearse(() -> new KafkaBroker(context).rehearse());
        }
        context.exit(exitCode);
    }

    /** Serves HTTP, and answers a first request of Kafka's protocol. Returns the port for HTTP. */
    private int rehearse() throws IOException {
        int port = serve("127.0.0.1", 0).port();
        served(null);
        server.rehearse();
        return port;
    }

    @Override
    protected Integer prepare() throws IOException {
        OptionCheck.requireRange(spec, "--kafka-port", protocol.port(), 0, 65535);
        portFile = protocol.clearedPortFile(spec);
        return super.prepare();
    }

    @Override
    protected MemoryBroker open(MemoryBudget budget, Limits counts, int maxMessageBytes) throws IOException {
        InetAddress address = address() == null ? InetAddress.getLoopbackAddress() : address(); // null in a rehearsal
        try {
            server = new KafkaServer(address, protocol.port(), maxConnections(), budget, this::printNotice);
        } catch (IOException e) {
            throw new IOException(
                    "Port " + protocol.port() + " for Kafka clients cannot be used (" + e.getMessage()
                            + "). Stop what uses it, or choose another one with --kafka-port.",
                    e);
        }
        this.memory = budget;
        this.maxMessageBytes = maxMessageBytes;
        broker = super.open(budget, counts, maxMessageBytes);
        return broker;
    }

    @Override
    protected void served(String url) throws IOException {
        PartitionLogs logs = broker.partitionLogs();
        KafkaApis apis = KafkaApis.of(broker, memory, protocol.createsTopics(), maxMessageBytes);
        server.start(
                () -> apis.of(broker, logs, broker.groupOffsets(), access() != null),
                access() == null ? null : (name, token) -> session(apis, name, token),
                tls() == null ? KafkaServer.SocketLayer.NONE : tls()::accept);
        if (portFile != null) {
            portFile.write(server.port());
        }
    }

    /** Null if nobody of this name has this token. */
    private Authenticator.Session session(KafkaApis apis, String name, String token) {
        OwnerView view = access().viewOf(token, broker.partitionLogs(), broker.groupOffsets());
        return view == null || !view.principal().equals(name)
                ? null
                : new Authenticator.Session(
                        apis.of(view.broker(), view.logs(), view.offsets(), true), view.isRevoked());
    }

    @Override
    protected String keeping() {
        String host = address().isAnyLocalAddress() ? "127.0.0.1" : address().getHostAddress();
        return "Kafka clients: bootstrap.servers=" + host + ":" + server.port() + security() + System.lineSeparator()
                + super.keeping();
    }

    /** The settings that clients need for TLS and for access control. */
    private String security() {
        if (access() == null) {
            return tls() == null ? "" : " security.protocol=SSL";
        }
        return " security.protocol=" + (tls() == null ? "SASL_PLAINTEXT" : "SASL_SSL")
                + " sasl.mechanism=PLAIN (user name: the principal, password: its token)";
    }

    @Override
    protected void close() throws IOException {
        try {
            server.close();
        } finally {
            super.close();
        }
    }
}
