package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** The launcher at the root, for those who have no JBang. */
class LauncherTest {
    @TempDir
    private Path folder;

    @Test
    void an_installed_jbang_gets_everything() throws IOException {
        Path installed = script("jbang", "#!/bin/sh\nprintf '<%s>' \"$@\"\ncat\nexit 42\n");
        Result result = runWithPath(installed.getParent() + File.pathSeparator + path(), "in", "run", "", "a b", "'\"$*");
        assertEquals("<run><><a b><'\"$*>in", result.out());
        assertEquals(42, result.exitCode());
    }

    @Test
    void arguments_stdin_and_exit_code_pass_through() throws IOException {
        Path probe = script("Probe.java", "//JAVA 17+\n"
                + "public class Probe { public static void main(String... args) throws Exception {\n"
                + "for (String arg : args) System.out.print(\"<\" + arg + \">\");\n"
                + "System.in.transferTo(System.out); System.out.flush(); System.exit(7); } }\n");
        Result result = runWithPath(pathWithoutJbang(), "input\n", probe.toString(), "", "a b", "'\"$HOME*\\", "");
        assertEquals("<><a b><'\"$HOME*\\><>input\n", result.out(), result.stderr());
        assertEquals(7, result.exitCode());
    }

    @Test
    void a_script_that_does_not_compile_is_an_error() throws IOException {
        Path broken = script("Broken.java", "public class Broken { int }\n");
        assertEquals(1, runWithPath(pathWithoutJbang(), "", broken.toString()).exitCode());
    }

    @Test
    void without_jbang_and_maven_two_lines_say_how_to_get_one() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Result result = runWithPath(bin.toString(), "", "Broker.java");
        assertEquals(1, result.exitCode());
        assertEquals(2, result.stderr().lines().count(), result.stderr());
        assertTrue(result.stderr().contains("https://www.jbang.dev"), result.stderr());
    }

    /** Runs the launcher with an empty cache of its own if the path lacks Maven, so that it would have to fetch. */
    private Result runWithPath(String path, String stdin, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder("./jbang");
        builder.command().addAll(Arrays.asList(arguments));
        builder.environment().put("PATH", path);
        if (path.startsWith(folder.toString()) && !path.contains(File.pathSeparator)) {
            builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        }
        return Scripts.finish(Scripts.startProcess(builder), stdin.getBytes());
    }

    private Path script(String name, String text) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, text);
        script.toFile().setExecutable(true);
        return script;
    }

    private static String path() {
        return System.getenv("PATH");
    }

    private static String pathWithoutJbang() {
        return Arrays.stream(path().split(File.pathSeparator))
                .filter(entry -> !Files.exists(Path.of(entry, "jbang")))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
