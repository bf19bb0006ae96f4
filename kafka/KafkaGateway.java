///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Serves the HTTP API of mini-kafka from an Apache Kafka cluster. Any number of gateways may run side by side.
//DEPS org.apache.kafka:kafka-clients:4.3.1
//FILES kafka/differences.json=differences.json
//SOURCES ../Broker.java gateway/package-info.java

import access.TokenCommand;
import cli.Cli;
import cli.ProcessContext;
import cli.Version;
import engine.EngineException;
import engine.ErrorCode;
import engine.Limits;
import engine.MemoryBudget;
import engine.MessageBroker;
import http.ApiPlugin;
import http.Difference;
import http.Route;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import kafka.gateway.Differences;
import kafka.gateway.Forwarder;
import kafka.gateway.GatewayBroker;
import kafka.gateway.KafkaOptions;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import server.ServerCommand;
import tls.CertificateCommand;

/** The command that serves the API from a Kafka cluster. */
@Command(
        name = "gateway",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {TokenCommand.class, CertificateCommand.class},
        description =
                "Serves the API of mini-kafka from an Apache Kafka cluster. Topics, messages and offsets are in Kafka.",
        footer = "%nAn option has precedence over its environment variable. A blank variable counts as absent.")
public class KafkaGateway extends ServerCommand {
    /** Null without any of its options. */
    @ArgGroup(validate = false, order = 1, heading = "%nKafka:%n")
    private KafkaOptions kafka;

    @Spec
    private CommandSpec spec;

    private GatewayBroker broker;
    private Forwarder forwarder;

    public KafkaGateway(ProcessContext context) {
        super(context);
    }

    public static void main(String... args) {
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "off"); // the answers say what is wrong
        if (Runtime.getRuntime().availableProcessors() < 3) {
            // Else the HTTP client of Java would start a thread for each forwarded call.
            System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "2");
        }
        System.setProperty("jdk.httpclient.keepalive.timeout", "20"); // in s, less than the idle timeout of the servers
        ApiPlugin.preload();
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new KafkaGateway(context), context, args));
    }

    @Override
    protected Integer prepare() {
        kafka = kafka == null ? new KafkaOptions() : kafka;
        kafka.check(spec);
        return null;
    }

    @Override
    protected MessageBroker open(MemoryBudget budget, Limits counts, int maxMessageBytes) throws IOException {
        try {
            SSLContext trust = kafka.trust();
            broker = new GatewayBroker(kafka.settings(), kafka.replicationFactor(), budget, counts, maxMessageBytes);
            forwarder = broker.forwarder(trust);
            return broker;
        } catch (EngineException e) {
            throw new IOException(
                    e.code() == ErrorCode.FORBIDDEN
                            ? e.getMessage() + " Correct the settings of --kafka or --kafka-config."
                            : "Kafka at " + kafka.bootstrapServers()
                                    + " cannot be reached. Start it, or correct --bootstrap-servers or security.protocol (--kafka).",
                    e);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("The Kafka clients cannot be created: " + cause.getMessage(), e);
        }
    }

    /** Calls may wait for Kafka, so they run on the pool of the server. The calls that do not use Kafka do not. */
    @Override
    protected Route adapt(Route route) {
        return route.path().equals("/") || route.path().equals("/health") ? route : forwarder.adapt(route.slow());
    }

    @Override
    protected void served(String url) {
        String own = kafka.advertisedUrl() == null ? url : kafka.advertisedUrl();
        broker.servedAt(own);
        forwarder.checkOwn().thenAccept(failure -> {
            if (failure instanceof SSLException) {
                printNotice("Other gateways cannot verify the certificate of " + own + " (" + failure.getMessage()
                        + "). Start each gateway with --gateway-cacert FILE, a certificate to trust.");
            } else if (failure != null) {
                printNotice("Other gateways may not reach this one at " + own + " (" + failure
                        + "). Correct --advertised-url.");
            }
        });
    }

    @Override
    protected List<Difference> differences() {
        return Differences.all();
    }

    @Override
    protected String keeping() {
        return "Topics and offsets are in Kafka at " + kafka.bootstrapServers() + ". Ctrl-C stops the gateway.";
    }

    @Override
    protected void close() {
        broker.close();
    }
}
