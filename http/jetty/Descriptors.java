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
 * How many file descriptors the process has and may have ({@code ulimit -n}). A part of them is kept free of connections and topics:
 * classes, native libraries and files that are opened later need some, and a class that cannot be loaded once stays broken.
 * Stateless.
 */
public final class Descriptors {
    /** For libraries, pages, and the files that topics write next. */
    static final int RESERVE = 60;

    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LIMIT = Pattern.compile("Max open files +(\\d+) ");

    private Descriptors() {}

    /** A storage that takes no file descriptors that connections need. */
    public static Storage sparing(Storage storage) {
        return (topic, settings) -> {
            requireSpare("Topic " + topic + " was not created");
            return storage.create(topic, settings);
        };
    }

    private static void requireSpare(String what) {
        long limit = limit();
        long open = open();
        if (limit - open < RESERVE) {
            throw new EngineException(
                    ErrorCode.STORAGE_FULL,
                    what + ", because the broker has " + open + " of at most " + limit
                            + " file descriptors open and keeps the rest for connections. Delete topics, or start the broker with a larger limit (ulimit -n).");
        }
    }

    /** Whether asking takes less than a millisecond, as on Linux; elsewhere the JDK's management classes have to be loaded. */
    static boolean areCheapToCount() {
        return Files.exists(LIMITS);
    }

    /** {@link Long#MAX_VALUE} if there is none, or none is known. */
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

    /** 0 if it is not known. */
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
