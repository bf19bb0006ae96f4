package cli;

import java.lang.management.ManagementFactory;

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
}
