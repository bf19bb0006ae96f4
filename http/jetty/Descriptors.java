package http.jetty;

import com.sun.management.UnixOperatingSystemMXBean;
import engine.EngineException;
import engine.ErrorCode;
import engine.Storage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of open file descriptors of the process, and their limit ({@code ulimit -n}). Connections and topics leave a reserve, because
 * classes, native libraries and files that are opened later need descriptors. A class that fails to load once can never be used.
 * Stateless.
 */
public final class Descriptors {
    /** The number of descriptors for libraries, pages, and the files that topics write next. */
    static final int RESERVE = 60;

    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LIMIT = Pattern.compile("Max open files +(\\d+) ");

    private Descriptors() {}

    /** Wraps a storage so that creating a topic throws STORAGE_FULL if fewer descriptors than the reserve are free. */
    public static Storage sparing(Storage storage) {
        return (topic, settings) -> {
            requireReserve("Topic " + topic + " was not created");
            return storage.create(topic, settings);
        };
    }

    private static void requireReserve(String what) {
        long limit = limit();
        long open = open();
        if (limit - open < RESERVE) {
            throw new EngineException(
                    ErrorCode.STORAGE_FULL,
                    what + ", because the broker has " + open + " of at most " + limit
                            + " file descriptors open and keeps the rest for connections. Delete topics, or start the broker with a larger limit (ulimit -n).");
        }
    }

    /** Whether counting takes less than a millisecond, as on Linux. Other systems need the management classes of the JDK. */
    static boolean areCheapToCount() {
        return Files.exists(LIMITS);
    }

    /** The maximum number of open descriptors; {@link Long#MAX_VALUE} if it is unlimited or unknown. */
    static long limit() {
        try {
            if (areCheapToCount()) {
                Matcher limit = LIMIT.matcher(Files.readString(LIMITS));
                return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
            }
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /** The number of open descriptors; 0 if unknown. */
    static long open() {
        if (areCheapToCount()) {
            String[] open = OPEN.toFile().list();
            return open == null ? 0 : open.length;
        }
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }
}
