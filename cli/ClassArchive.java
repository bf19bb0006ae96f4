package cli;

import java.lang.management.ManagementFactory;
import java.net.URL;
import java.util.concurrent.Callable;

/**
 * The JVM's archive of loaded classes (class data sharing, JEP 350). JBang makes the first run of a script create it,
 * and all later runs start from it. It is never updated. So the first run should load the classes that later runs need.
 * Stateless.
 */
public final class ClassArchive {
    private ClassArchive() {}

    /** Whether this run creates the archive when it exits. Slow: call it once, at the end. */
    public static boolean isBeingMade() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit"));
    }

    /**
     * Starts a server and sends it one request, so that the archive contains the classes of a server. Without this, an
     * archive that {@code --help} created would lack them. Does nothing if that fails.
     *
     * @param server starts a server, and returns its port
     */
    public static void rehearse(Callable<Integer> server) {
        try {
            new URL("http://127.0.0.1:" + server.call() + "/health")
                    .openStream()
                    .close();
        } catch (Exception e) {
            // without these classes in the archive, later starts are only slower
        }
    }
}
