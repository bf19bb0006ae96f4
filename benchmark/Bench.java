package benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** What all measures share: where the project is, how large to measure, which peers are here, and the processes. */
final class Bench implements AutoCloseable {
    private final Path root = findRoot();
    private final Scale scale;
    private final int repeat;
    private final Path before;
    private final Processes processes = new Processes(root);
    private final Map<Tool, Boolean> tools = new EnumMap<>(Tool.class);

    /** @param before a checkout of an earlier version, or null */
    Bench(Scale scale, int repeat, Path before) throws IOException {
        this.scale = scale;
        this.repeat = repeat;
        this.before = before == null ? null : before.toAbsolutePath();
        if (before != null) {
            processes.compileAfresh(); // so that what earlier runs left behind makes no difference
        }
        Runtime.getRuntime().addShutdownHook(new Thread(processes::close, "end all")); // for Ctrl-C
    }

    Path root() {
        return root;
    }

    Scale scale() {
        return scale;
    }

    int repeat() {
        return repeat;
    }

    /** A checkout of an earlier version; null if there is none. */
    Path before() {
        return before;
    }

    Processes processes() {
        return processes;
    }

    /** A name for a file or folder of that kind, which is not there yet and is removed in the end. */
    Path temporary(String kind) throws IOException {
        return Files.createTempDirectory(processes.temp(), kind).resolve(kind);
    }

    /** Tells whether a peer can be run. What is not here is said once. */
    boolean has(Tool tool) throws InterruptedException {
        Boolean known = tools.get(tool);
        if (known == null) {
            known = tool.isHere(processes);
            tools.put(tool, known);
            if (!known) {
                say("skipping " + tool.title() + ", which is not here: " + tool.remedy());
            }
        }
        return known;
    }

    /** Tells whether a peer was asked for in this run, and was here. */
    boolean knows(Tool tool) {
        return tools.getOrDefault(tool, false);
    }

    int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void say(String notice) {
        System.err.println("benchmark: " + notice);
    }

    @Override
    public void close() {
        processes.close();
    }

    private static Path findRoot() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("Broker.java")) && Files.exists(folder.resolve("jbang"))) {
                return folder;
            }
        }
        throw new IOException("There is no mini-kafka here. Run this in a checkout of it.");
    }
}
