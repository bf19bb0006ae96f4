package tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs the real scripts as their users do: as processes, through {@code ./jbang}. */
final class Scripts {
    /** Where the scripts are: the working directory, or, when the tests came from a URL, a copy of what came along. */
    static final Path ROOT = root();

    /** The environment variable with options for each JVM that a process starts. */
    static final String JVM_OPTIONS = "JAVA_TOOL_OPTIONS";

    /** Most servers of tests run for seconds, in which the second compiler and the threads of G1 save less time than they cost. */
    static final String FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private static final long TIMEOUT_SECONDS = 120;

    private Scripts() {}

    /** What a process left behind. */
    record Result(int exitCode, byte[] stdout, String stderr) {
        String out() {
            return new String(stdout, StandardCharsets.UTF_8);
        }
    }

    /** A port on which nothing listens now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The options of the JVM that the tests were started with, and these. */
    static String jvmOptions(String added) {
        return System.getenv().getOrDefault(JVM_OPTIONS, "") + " " + added;
    }

    /** Runs a script to its end, with nothing on stdin. */
    static Result run(String... command) {
        return runWithInput(new byte[0], command);
    }

    static Result runWithInput(byte[] stdin, String... command) {
        return finish(start(command), stdin);
    }

    /** Starts {@code ./jbang} with these arguments. */
    static Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of("./jbang"));
        command.addAll(List.of(arguments));
        return startProcess(new ProcessBuilder(command));
    }

    static Process startProcess(ProcessBuilder builder) {
        return startProcess(builder, ROOT);
    }

    static Process startProcess(ProcessBuilder builder, Path folder) {
        try {
            return builder.directory(folder.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result finish(Process process, byte[] stdin) {
        CompletableFuture<byte[]> stdout = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
        CompletableFuture<byte[]> stderr = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()));
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException e) {
                // the process ended without reading it all; its exit code tells
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + TIMEOUT_SECONDS + " s: "
                        + process.info().commandLine());
            }
            return new Result(
                    process.exitValue(),
                    stdout.join(),
                    withoutRemarks(new String(stderr.join(), StandardCharsets.UTF_8)));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    /** Leaves out what the JVM (on JAVA_TOOL_OPTIONS) and JBang (on a first run) remark; the scripts themselves did not say it. */
    static String withoutRemarks(String stderr) {
        return stderr.lines()
                .filter(line -> !line.startsWith("Picked up ") && !line.startsWith("[jbang] "))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static byte[] readAll(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        try {
            return Files.exists(here.resolve("Broker.java")) ? here : ProjectFiles.unpack();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the visible files of a folder, and those of its folders; {@code jbang} can be run there. */
    static void copy(Path source, Path target) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(source, "[!.]*")) {
            for (Path file : files) {
                Path copy = target.resolve(file.getFileName().toString());
                if (Files.isDirectory(file)) {
                    copy(file, Files.createDirectory(copy));
                } else {
                    Files.copy(file, copy);
                    copy.toFile().setExecutable(true);
                }
            }
        }
    }
}
