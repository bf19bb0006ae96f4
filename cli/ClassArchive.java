package cli;

import java.lang.management.ManagementFactory;
import java.net.URL;
import java.util.concurrent.Callable;

/**
 * The JVM's archive of loaded classes (class data sharing, JEP 350), which JBang has the first run of a script leave
 * behind. All later runs start from it, and it is never made again: it pays to have the first run load what they need.
 */
public final class ClassArchive {
    private ClassArchive() {}

    /** Tells whether this run will leave the archive. Slow: ask at the end only. */
    public static boolean isBeingMade() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit"));
    }

    /**
     * Serves once, for nobody: after {@code --help} as the first run, the archive would have no server in it.
     *
     * @param server starts one, and gives its port
     */
    public static void rehearse(Callable<Integer> server) {
        try {
            new URL("http://127.0.0.1:" + server.call() + "/health")
                    .openStream()
                    .close();
        } catch (Exception e) {
            // then the next start is as slow as it would be without an archive
        }
    }
}
