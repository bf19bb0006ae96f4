package access;

import engine.GroupOffsets;
import engine.MessageBroker;
import engine.PartitionLogs;
import http.Route;
import http.RouteTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Authenticates by the tokens of an access file, and gives each principal routes that follow its rules. The file may change while the
 * broker runs: see {@link #reload}. Safe for any number of threads.
 */
public final class AccessControl {
    /** The principal of requests without a token. Its name is not legal, so no file has it. */
    private static final Principal NOBODY = new Principal("", List.of(), List.of());

    private final Path file;
    private final MessageBroker broker;
    private final Function<MessageBroker, List<Route>> routes;
    private final Consumer<String> notices;

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
        return routesOf(NOBODY, () -> NOBODY, () -> false);
    }

    /** The routes of the owner of a token; null if nobody has this token. */
    public RouteTable routesOf(String token) {
        byte[] hash = Tokens.hash(token);
        Principals file = principals;
        Principals.Token found = file.find(hash);
        return found == null ? null : found.routesOr(() -> tableOf(hash, new Known(file, found.owner(), false)));
    }

    private RouteTable tableOf(byte[] hash, Known first) {
        Supplier<Known> current = currentOf(hash, first);
        return new RouteTable(routesOf(first.owner, () -> current.get().owner, () -> current.get().isRevoked));
    }

    /**
     * The broker as the owner of a token may use it, for a server of another protocol.
     *
     * @return null if nobody has this token
     */
    public OwnerView viewOf(String token, PartitionLogs logs, GroupOffsets offsets) {
        byte[] hash = Tokens.hash(token);
        Principals now = principals;
        Principals.Token found = now.find(hash);
        if (found == null) {
            return null;
        }
        Supplier<Known> current = currentOf(hash, new Known(now, found.owner(), false));
        Supplier<Principal> owner = () -> current.get().owner;
        BooleanSupplier isRevoked = () -> current.get().isRevoked;
        String name = found.owner().name();
        return new OwnerView(
                name,
                new AuthorizingBroker(broker, name, owner, isRevoked),
                new AuthorizingLogs(logs, owner),
                new AuthorizingOffsets(offsets, owner),
                isRevoked);
    }

    /** What is known of a token now. */
    private Supplier<Known> currentOf(byte[] hash, Known first) {
        AtomicReference<Known> last = new AtomicReference<>(first);
        return () -> {
            Known known = last.getPlain();
            Principals now = principals;
            if (known.file != now) {
                Principals.Token found = now.find(hash);
                known = new Known(now, found == null ? known.owner : found.owner(), found == null);
                last.setPlain(known);
            }
            return known;
        };
    }

    /**
     * What is known of a token. A call in progress ends by the last rules of a token that was revoked.
     *
     * @param file the version of the access file
     */
    private record Known(Principals file, Principal owner, boolean isRevoked) {}

    private List<Route> routesOf(Principal owner, Supplier<Principal> current, BooleanSupplier isRevoked) {
        List<Route> own = routes.apply(new AuthorizingBroker(broker, owner.name(), current, isRevoked));
        own.stream()
                .filter(route -> route.required().isOfBroker())
                .forEach(route -> route.checkedBy(() -> {
                    if (!current.get().may(route.required())) {
                        throw current.get().forbidden(route.required(), null);
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
        if (now == null) {
            notices.accept("the access file " + file + " was deleted, or it cannot be read, so the old rules stay");
            return;
        }
        try {
            principals = new Principals(AccessFile.parse(now));
            notices.accept("read the changed access file " + file);
        } catch (IOException e) {
            notices.accept(
                    "the changed access file " + file + " is not valid, so the old rules stay: " + e.getMessage());
        }
    }
}
