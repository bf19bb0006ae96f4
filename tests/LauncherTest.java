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
        assertPassesThrough(Path.of("./jbang"), probe("<"));
    }

    @Test
    void a_script_beside_it_runs_as_it_is_now_however_often_it_ran_before() throws IOException {
        Path launcher = script("jbang", Files.readString(Scripts.ROOT.resolve("jbang")));
        Path probe = probe("<");
        for (int i = 0; i < 3; i++) {
            assertPassesThrough(launcher, probe);
        }
        probe("[");
        assertEquals("[a>", runWithPath(launcher, pathWithoutJbang(), "", probe.toString(), "a").out());
        script("Probe.java", "//FILES text\npublic class Probe { public static void main(String... args) throws Exception {\n"
                + "Probe.class.getResourceAsStream(\"text\").transferTo(System.out); System.out.flush(); } }\n");
        for (String text : new String[] {"one", "one", "two"}) {
            script("text", text);
            assertEquals(text, runWithPath(launcher, pathWithoutJbang(), "", probe.toString()).out());
        }
        script("Probe.java", "public class Probe { int }\n");
        assertEquals(1, runWithPath(launcher, pathWithoutJbang(), "", probe.toString(), "a").exitCode());
    }

    private void assertPassesThrough(Path launcher, Path probe) {
        Result result = runWithPath(launcher, pathWithoutJbang(), "input\n", probe.toString(), "", "a b", "'\"$HOME*\\", "");
        assertEquals("<><a b><'\"$HOME*\\><>input\n", result.out(), result.stderr());
        assertEquals(7, result.exitCode());
    }

    /** A script that shows its arguments, each behind a mark, and its input, and exits with 7. */
    private Path probe(String mark) throws IOException {
        return script("Probe.java", "//JAVA 17+\n"
                + "public class Probe { public static void main(String... args) throws Exception {\n"
                + "for (String arg : args) System.out.print(\"" + mark + "\" + arg + \">\");\n"
                + "System.in.transferTo(System.out); System.out.flush(); System.exit(7); } }\n");
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

    private Result runWithPath(String path, String stdin, String... arguments) {
        return runWithPath(Path.of("./jbang"), path, stdin, arguments);
    }

    /** Runs the launcher with an empty cache of its own if the path lacks Maven, so that it would have to fetch. */
    private Result runWithPath(Path launcher, String path, String stdin, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString());
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
