package server;

import access.AccessControl;
import access.AccessOptions;
import api.Routes;
import api.Schemas;
import cli.Announcement;
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
import engine.MemoryBudget;
import engine.MessageBroker;
import http.ApiPlugin;
import http.DashboardPlugin;
import http.Difference;
import http.DocsPlugin;
import http.Metrics;
import http.NetworkAddresses;
import http.RequestStats;
import http.Route;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tls.ServerTls;
import tls.TlsOptions;

/**
 * A command that serves the API. A subclass opens the {@link MessageBroker} that the calls use, and closes it. For one thread.
 */
public abstract class ServerCommand implements Callable<Integer> {
    @Mixin
    private final ListenOptions listen = new ListenOptions();

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @ArgGroup(validate = false, order = 2, heading = "%nAccess control:%n")
    private AccessOptions accessOptions;

    @ArgGroup(validate = false, order = 3, heading = "%nTLS:%n")
    private TlsOptions tlsOptions;

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;
    private MessageBroker broker;

    /** Null without --auth. */
    private Path accessFile;

    /** Null without --auth. */
    private AccessControl access;

    /** Null without --tls-cert. */
    private ServerTls tls;

    private final List<FileWatch> watches = new ArrayList<>();

    /** The URLs at which other machines reach the server. */
    private volatile List<String> otherUrls = List.of();

    protected ServerCommand(ProcessContext context) {
        this.context = context;
    }

    /**
     * Opens the broker.
     *
     * @param budget for messages and requests
     * @param maxMessageBytes the maximum size of key, value and headers of a message, in bytes
     * @throws IOException if it cannot be opened; the message says why
     */
    protected abstract MessageBroker open(MemoryBudget budget, Limits counts, int maxMessageBytes) throws IOException;

    /** Where topics are kept, for the announcement. */
    protected abstract String keeping();

    /**
     * Closes the broker, after the last request.
     *
     * @throws IOException if not everything could be kept; the message says why
     */
    protected abstract void close() throws IOException;

    /**
     * Is called when the server has begun to serve.
     *
     * @param url at which other machines reach it, if they can
     * @throws IOException if the command cannot go on; the message says why
     */
    protected void served(String url) throws IOException {
        // for subclasses
    }

    /** Where the server differs from the documented API. */
    protected List<Difference> differences() {
        return List.of();
    }

    /** Adapts a route to the broker. */
    protected Route adapt(Route route) {
        return route;
    }

    /**
     * Checks the options of the subclass, and prepares to open the broker.
     *
     * @return the exit code if the command has nothing to serve; null if it serves
     */
    protected Integer prepare() throws IOException {
        return null;
    }

    /** Serves until the process is told to stop, and returns the exit code. */
    @Override
    public final Integer call() throws IOException, InterruptedException {
        listen.check(spec);
        limits.check(spec);
        PortFile portFile = listen.clearedPortFile(spec);
        accessFile = accessOptions == null ? null : accessOptions.requireFile(spec);
        tls = tlsOptions == null ? null : tlsOptions.tls(spec, this::printNotice);
        Integer exitCode = prepare();
        if (exitCode != null) {
            return exitCode;
        }
        Javalin server = serve(listen.host(), listen.port());
        context.onStop(() -> stop(server));
        watchFiles();
        otherUrls = NetworkAddresses.reachable(listen.address()).stream()
                .map(other -> HostName.url(scheme(), other, server.port()))
                .toList();
        served(otherUrls.isEmpty() ? HostName.url(scheme(), listen.host(), server.port()) : otherUrls.get(0));
        announce(server.port());
        if (portFile != null) {
            portFile.write(server.port());
        }
        return context.awaitStop();
    }

    private void watchFiles() {
        if (access != null) {
            watches.add(new FileWatch(List.of(accessFile), access::reload));
        }
        if (tls != null) {
            watches.add(new FileWatch(tls.files(), tls::reload));
        }
    }

    private void announce(int port) {
        Path certificate = tls == null ? null : tls.files().get(0);
        new Announcement(
                        listen.address(),
                        scheme(),
                        listen.host(),
                        port,
                        otherUrls,
                        accessFile == null,
                        certificate,
                        keeping())
                .print(context.out());
    }

    private String scheme() {
        return tls == null ? "http" : "https";
    }

    /** Opens the broker and starts to serve. */
    protected final Javalin serve(String host, int port) throws IOException {
        MemoryBudget budget = new MemoryBudget(Runtime.getRuntime().maxMemory());
        Limits counts =
                new Limits(limits.maxPartitions(), limits.maxTopics(), limits.maxConsumers(), limits.maxProducers());
        broker = open(budget, counts, limits.maxMessageBytes());
        return ApiPlugin.start(javalin(budget), host, port);
    }

    private Javalin javalin(MemoryBudget budget) throws IOException {
        RequestStats stats = new RequestStats();
        Metrics metrics = new Metrics(budget, stats);
        Function<MessageBroker, List<Route>> table = served -> Stream.concat(
                        Routes.of(served, limits.maxMessageBytes()).stream(),
                        Stream.of(metrics.route(served), DashboardPlugin.addresses(() -> otherUrls)))
                .map(this::adapt)
                .toList();
        if (accessFile != null) {
            access = new AccessControl(accessFile, broker, table, this::printNotice);
        }
        List<Route> routes = access == null ? table.apply(broker) : access.publicRoutes();
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
                docs.differences = this::differences;
            }));
            config.registerPlugin(new DashboardPlugin());
        });
    }

    /** Returns the exit code. */
    private int stop(Javalin server) {
        int exitCode = 0;
        try {
            broker.stop();
            server.stop();
        } catch (RuntimeException e) {
            printNotice("some requests were not answered before the stop, because they took too long");
        }
        try {
            watches.forEach(FileWatch::close);
            close();
        } catch (IOException e) {
            printNotice(e.getMessage());
            exitCode = 1;
        }
        context.out().println("mini-kafka has stopped.");
        return exitCode;
    }

    /** The address to listen on. */
    protected final InetAddress address() {
        return listen.address();
    }

    /** The maximum number of connections. */
    protected final int maxConnections() {
        return limits.maxConnections();
    }

    /** Null without --auth. Available from {@link #served} on. */
    protected final AccessControl access() {
        return access;
    }

    /** Null without --tls-cert. */
    protected final ServerTls tls() {
        return tls;
    }

    protected final ProcessContext context() {
        return context;
    }

    /** Prints a notice for the user on stderr. */
    protected final void printNotice(String notice) {
        context.err().println(spec.name() + ": " + ControlCharacters.escapeLine(notice));
    }

    /** @throws picocli.CommandLine.ParameterException if the condition is false */
    protected final void require(boolean condition, String option, String violation) {
        OptionCheck.require(spec, condition, option, violation);
    }
}
