package tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the real scripts as their users do: as processes, through {@code ./jbang}. */
final class Scripts {
    /** Where the scripts are: the working directory, or, when the tests came from a URL, a copy of what came along. */
    static final Path ROOT = root();

    private static final long TIMEOUT_SECONDS = 120;

    private Scripts() {}

    /** What a process left behind. */
    record Result(int exitCode, byte[] stdout, String stderr) {
        String out() {
            return new String(stdout, StandardCharsets.UTF_8);
        }
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
        try {
            return builder.directory(ROOT.toFile()).start();
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
                throw new AssertionError("still running after " + TIMEOUT_SECONDS + " s: " + process.info().commandLine());
            }
            return new Result(process.exitValue(), stdout.join(), new String(stderr.join(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
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
        return Files.exists(here.resolve("Broker.java")) ? here : unpacked();
    }

    /** The project's files are on the class path too, listed in {@code project/FILES}. */
    private static Path unpacked() {
        try {
            Path copy = Files.createTempDirectory("mini-kafka-tests");
            for (String name : new String(resource("FILES").readAllBytes(), StandardCharsets.UTF_8).split("\\s+")) {
                Path target = copy.resolve(name);
                Files.createDirectories(target.getParent());
                Files.copy(resource(name), target, StandardCopyOption.REPLACE_EXISTING);
            }
            copy.resolve("jbang").toFile().setExecutable(true);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Scripts.class.getResourceAsStream("/project/" + name);
    }
}
