package benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;

/** Where and with what a table was measured, in a line. */
final class Machine {
    private Machine() {}

    /** Names the peers too, as far as they are here. */
    static String describe(Bench bench) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s: %d cores (%s), %d GB, %s %s, Java %s%s.",
                LocalDate.now(ZoneId.systemDefault()),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                gigabytes(),
                System.getProperty("os.name"),
                System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1"),
                System.getProperty("java.version"),
                peers(bench));
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        List<String> lines = Files.exists(info) ? Files.readAllLines(info) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.replaceFirst(".*:\\s*", "").strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static long gigabytes() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Math.round(system.getTotalMemorySize() / 1e9);
    }

    private static String peers(Bench bench) throws IOException {
        StringBuilder peers = new StringBuilder();
        for (Tool tool : Tool.values()) {
            peers.append(bench.knows(tool) ? ", " + tool.title() + " " + version(tool, bench) : "");
        }
        return peers.toString();
    }

    private static String version(Tool tool, Bench bench) throws IOException {
        try {
            return tool.version(bench.processes());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
