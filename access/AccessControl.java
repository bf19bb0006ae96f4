package access;

import engine.MessageBroker;
import http.Route;
import http.RouteTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Authenticates by the tokens of an access file, and gives each principal routes that follow its rules. The file may change while the
 * broker runs: see {@link #reload}. Safe for any number of threads.
 */
public final class AccessControl {
    /** The name of the principal of requests without a token. It is not a legal name, so no file has it. */
    private static final String NOBODY = "";

    private final Path file;
    private final MessageBroker broker;
    private final Function<MessageBroker, List<Route>> routes;
    private final Consumer<String> notices;

    /** By the name of the principal. */
    private final Map<String, RouteTable> tables = new ConcurrentHashMap<>();

    private volatile Principals principals;
    /** What the file had when it was last read; null if it could not be read. */
    private byte[] content;

    /**
     * @param routes makes the routes over a broker
     * @param notices receives what became of a changed file
     * @throws IOException if the file cannot be read or is not valid; the message says why
     */
    public AccessControl(
            Path file, MessageBroker broker, Function<MessageBroker, List<Route>> routes, Consumer<String> notices)
            throws IOException {
        this.file = file;
        this.broker = broker;
        this.routes = routes;
        this.notices = notices;
        this.content = Files.readAllBytes(file);
        try {
            this.principals = new Principals(AccessFile.parse(content));
        } catch (IOException e) {
            throw new IOException("The access file " + file + " is not valid: " + e.getMessage(), e);
        }
    }

    /** The routes of requests without a token. Only those that are public may be served. */
    public List<Route> publicRoutes() {
        return routesOf(principals.named(NOBODY));
    }

    /** The routes of the owner of a token; null if nobody has this token. */
    public RouteTable routesOf(String token) {
        Principal owner = principals.ownerOf(token);
        return owner == null ? null : tables.computeIfAbsent(owner.name(), name -> new RouteTable(routesOf(owner)));
    }

    private List<Route> routesOf(Principal principal) {
        String name = principal.name();
        List<Route> own = routes.apply(new AuthorizingBroker(broker, name, () -> principals.named(name)));
        own.stream()
                .filter(route -> route.required().isOfBroker())
                .forEach(route -> route.checkedBy(() -> {
                    Principal current = principals.named(name);
                    if (!current.may(route.required())) {
                        throw current.forbidden(route.required(), null);
                    }
                }));
        return own;
    }

    /**
     * Reads the file again if it has changed. If it cannot be read or is not valid, the old rules stay, and a notice says so once for each
     * change. Requests in flight are not affected.
     */
    public synchronized void reload() {
        byte[] now;
        try {
            now = Files.readAllBytes(file);
        } catch (IOException e) {
            now = null;
        }
        if (Arrays.equals(now, content)) {
            return;
        }
        content = now;
        try {
            if (now == null) {
                throw new IOException("it cannot be read");
            }
            principals = new Principals(AccessFile.parse(now));
            tables.keySet().removeIf(name -> !principals.has(name));
            notices.accept("read the changed access file " + file);
        } catch (IOException e) {
            notices.accept(
                    "the changed access file " + file + " is not valid, so the old rules stay: " + e.getMessage());
        }
    }
}
