package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** The launcher at the root, for those who have no JBang. */
class LauncherTest {
    /** For tests that run one script often. A launcher in the folder of the script asks JBang only once. */
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void copy_the_launcher() throws IOException {
        Files.copy(Scripts.ROOT.resolve("jbang"), shared.resolve("jbang"))
                .toFile()
                .setExecutable(true);
        Files.writeString(
                shared.resolve("Decoded.java"),
                "import java.nio.file.*;\n"
                        + "public class Decoded { public static void main(String... args) throws Exception {\n"
                        + "String content = Files.readString(Path.of(args[1]));\n"
                        + "System.out.write((args[0] + System.getProperty(\"user.dir\") + content).getBytes(\"UTF-8\"));\n"
                        + "System.out.flush(); System.err.print(args[0]); } }\n");
    }

    @Test
    void an_installed_jbang_gets_everything() throws IOException {
        Path installed = script("jbang", "#!/bin/sh\nprintf '<%s>' \"$@\"\ncat\nexit 42\n");
        Result result =
                runWithPath(installed.getParent() + File.pathSeparator + path(), "in", "run", "", "a b", "'\"$*");
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
        assertEquals(
                "[a>",
                runWithPath(launcher, pathWithoutJbang(), "", probe.toString(), "a")
                        .out());
        script(
                "Probe.java",
                "//FILES text\npublic class Probe { public static void main(String... args) throws Exception {\n"
                        + "Probe.class.getResourceAsStream(\"text\").transferTo(System.out); System.out.flush(); } }\n");
        for (String text : new String[] {"one", "one", "two"}) {
            script("text", text);
            assertEquals(
                    text,
                    runWithPath(launcher, pathWithoutJbang(), "", probe.toString())
                            .out());
        }
        script("Probe.java", "public class Probe { int }\n");
        assertEquals(
                1,
                runWithPath(launcher, pathWithoutJbang(), "", probe.toString(), "a")
                        .exitCode());
    }

    /** JBang takes most of a second to answer; a broker that keeps its data in the checkout must not pay that at each start. */
    @Test
    void what_brokers_and_their_users_write_beside_it_does_not_make_it_ask_jbang_again() throws IOException {
        Path asked = folder.resolve("asked");
        String java = shell(Map.of(), "command -v java").out().strip();
        Path bin = script("bin/java", "#!/bin/sh\necho \"$*\" >> " + asked + "\nexec " + java + " \"$@\"\n")
                .getParent();
        Files.createDirectory(folder.resolve("checkout"));
        Path launcher = script("checkout/jbang", Files.readString(Scripts.ROOT.resolve("jbang")));
        Files.move(probe("<"), folder.resolve("checkout/Probe.java"));
        Map<String, String> environment =
                Map.of("PATH", bin + File.pathSeparator + pathWithoutJbang(), "JAVA_HOME", "");
        for (int i = 0; i < 3; i++) {
            run(launcher.getParent(), environment, "./jbang", "Probe.java");
        }
        long before = Files.readAllLines(asked).size();
        for (String written : new String[] {
            "data/lock", "data/format", "data/topics/00000001-t/00000001.ndjson", "broker.log", "port.txt"
        }) {
            script("checkout/" + written, "x");
        }
        assertEquals(
                7,
                run(launcher.getParent(), environment, "./jbang", "Probe.java").exitCode());
        assertEquals(before, Files.readAllLines(asked).size());
        script("checkout/Other.java", "class Other {}");
        assertEquals(
                7,
                run(launcher.getParent(), environment, "./jbang", "Probe.java").exitCode());
        assertTrue(Files.readAllLines(asked).size() > before, "a new source may matter");
    }

    private void assertPassesThrough(Path launcher, Path probe) {
        Result result =
                runWithPath(launcher, pathWithoutJbang(), "input\n", probe.toString(), "", "a b", "'\"$HOME*\\", "");
        assertEquals("<><a b><'\"$HOME*\\><>input\n", result.out(), result.stderr());
        assertEquals(7, result.exitCode());
    }

    /** A script that shows its arguments, each behind a mark, and its input, and exits with 7. */
    private Path probe(String mark) throws IOException {
        return script(
                "Probe.java",
                "//JAVA 17+\n"
                        + "public class Probe { public static void main(String... args) throws Exception {\n"
                        + "for (String arg : args) System.out.print(\"" + mark + "\" + arg + \">\");\n"
                        + "System.in.transferTo(System.out); System.out.flush(); System.exit(7); } }\n");
    }

    /** Locales that do not exist, those without any other character than ASCII, and none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LC_ALL=en_US.UTF-8",
                "LC_CTYPE=UTF-8",
                "LC_ALL=de_DE.ISO-8859-1",
                "LC_ALL=zh_CN.GB18030",
                "LC_ALL=C",
                "LANG=POSIX",
                "LC_ALL=",
                "LC_ALL=C.UTF-8"
            })
    void text_arrives_as_it_is_whatever_the_locale_is(String setting) throws IOException {
        Path there = Files.createDirectories(shared.resolve("gr\u00fcn \u2192"));
        Files.writeString(there.resolve("\u4e2d.txt"), "content");
        Result result = run(
                there,
                Map.of(setting.replaceFirst("=.*", ""), setting.replaceFirst(".*=", "")),
                shared.resolve("jbang").toString(),
                shared.resolve("Decoded.java").toString(),
                "gr\u00fcn \u2192 \u4e2d",
                "\u4e2d.txt");
        assertEquals("gr\u00fcn \u2192 \u4e2d" + there.toRealPath() + "content", result.out(), result.stderr());
        assertEquals("gr\u00fcn \u2192 \u4e2d\n", result.stderr());
    }

    @Test
    void a_locale_with_another_charset_decodes_what_is_not_utf_8() throws IOException {
        Files.writeString(
                shared.resolve("Shown.java"),
                "public class Shown { public static void main(String... args) throws Exception {\n"
                        + "System.out.write(String.join(\"|\", args).getBytes(\"UTF-8\")); System.out.flush(); } }\n");
        String probe = shared.resolve("jbang") + " " + shared.resolve("Shown.java");
        assumeTrue(isMade("de_DE", "ISO-8859-1") && isMade("zh_CN", "GB18030"), "localedef cannot make locales here");
        Map<String, String> german = Map.of("LOCPATH", folder.toString(), "LC_ALL", "de_DE.ISO-8859-1");
        Map<String, String> chinese = Map.of("LOCPATH", folder.toString(), "LC_ALL", "zh_CN.GB18030");
        assertEquals(
                "gr\u00fcn|a",
                shell(german, probe + " \"$(printf 'gr\\374n')\" a").out());
        assertEquals(
                "\u4e2d", shell(chinese, probe + " \"$(printf '\\326\\320')\"").out());
        assertEquals(
                "gr\u00fcn|\u2192", shell(german, probe + " gr\u00fcn \u2192").out());
        assertEquals(
                "gr\u00fcn|\u2192", shell(chinese, probe + " gr\u00fcn \u2192").out());
    }

    private boolean isMade(String language, String charset) {
        return shell(
                                Map.of(),
                                "localedef -i " + language + " -f " + charset + " "
                                        + folder.resolve(language + "." + charset))
                        .exitCode()
                == 0;
    }

    @Test
    void a_producer_sends_text_as_it_is_whatever_the_locale_is() throws IOException {
        String broker = BrokerProcess.shared().url();
        Files.writeString(folder.resolve("gr\u00fcn.txt"), "from a file");
        Map<String, String> locale = Map.of("LC_ALL", "en_US.UTF-8", "BROKER_URL", broker);
        String launcher = Scripts.ROOT.resolve("jbang").toString();
        String[] producer = {launcher, Scripts.ROOT.resolve("Producer.java").toString(), "--topic", "launcher-locale"};
        assertEquals(
                0,
                run(folder, locale, with(producer, "-k", "schl\u00fcssel", "gr\u00fcn"))
                        .exitCode());
        assertEquals(
                0,
                run(folder, locale, with(producer, "-K", "\u2192", "a\u2192b")).exitCode());
        assertEquals(
                0,
                run(folder, locale, with(producer, "--file", "gr\u00fcn.txt")).exitCode());
        Result consumed = run(
                folder,
                locale,
                launcher,
                Scripts.ROOT.resolve("Consumer.java").toString(),
                "--topic",
                "launcher-locale",
                "--exit-at-end",
                "--format",
                "\u2192 %k %s%n");
        assertEquals(
                "\u2192 schl\u00fcssel gr\u00fcn\n\u2192 a b\n\u2192  from a file\n",
                consumed.out(),
                consumed.stderr());
    }

    @Test
    void a_line_that_is_typed_in_another_charset_is_not_sent() {
        assumeTrue(
                shell(Map.of(), "script --version").exitCode() == 0, "there is no script(1), which makes a terminal");
        Map<String, String> environment =
                Map.of("BROKER_URL", BrokerProcess.shared().url(), "LC_ALL", "C.UTF-8");
        String typed = "printf 'gr\\374n\\ngr\u00fcn\\n'";
        String said = shell(
                        environment, typed + " | script -qec './jbang Producer.java --topic launcher-typed' /dev/null")
                .out();
        assertTrue(said.contains("The line is not sent"), said);
        assertEquals(
                "gr\u00fcn\n",
                shell(environment, "./jbang Consumer.java --topic launcher-typed --exit-at-end")
                        .out());
    }

    @ParameterizedTest
    @CsvSource({
        "C,Producer.java --broker 127.0.0.1:1 --topic t,Argument 5",
        "C,Broker.java --port 0 --port-file,Argument 4",
        "C.UTF-8,Consumer.java --topic t --format,Argument 4"
    })
    void an_argument_that_cannot_be_decoded_is_refused(String locale, String command, String position) {
        Result result = shell(Map.of("LC_ALL", locale), "./jbang " + command + " \"$(printf 'gr\\374n')\"");
        assertEquals(2, result.exitCode(), result.stderr());
        LifecycleTest.assertOneLine(result.stderr());
        assertTrue(result.stderr().contains(position) && result.stderr().contains("LC_ALL=C.UTF-8"), result.stderr());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--version|0",
                "--fresh Probe.java|7",
                "--quiet Probe.java|7",
                "run Probe.java|7",
                "-Dx=y Probe.java|7"
            })
    void options_of_jbang_may_come_first(String arguments, int exitCode) throws IOException {
        probe("<");
        Result result = shell(Map.of(), "cd " + folder + " && " + Scripts.ROOT + "/jbang " + arguments);
        assertEquals(exitCode, result.exitCode(), result.stderr());
        assertEquals(arguments.equals("--version") ? "0.132.1\n" : "", result.stderr());
    }

    @Test
    void the_folder_may_have_any_name_and_the_launcher_be_called_from_anywhere() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("a b'c\"d$HOME`x*[\u00e9]\u2192;&"));
        Files.copy(Scripts.ROOT.resolve("jbang"), odd.resolve("jbang")).toFile().setExecutable(true);
        Files.move(probe("<"), odd.resolve("Probe.java"));
        Files.createSymbolicLink(folder.resolve("link"), odd.resolve("jbang"));
        Map<String, String> environment = Map.of("CDPATH", folder + ":/", "LC_ALL", "C");
        for (int i = 0; i < 2; i++) {
            assertProbed(run(odd, environment, "./jbang", "Probe.java", "x"));
            assertProbed(run(
                    folder, environment, "./" + odd.getFileName() + "/jbang", odd.getFileName() + "/Probe.java", "x"));
            assertProbed(run(
                    Path.of("/"),
                    environment,
                    odd.resolve("jbang").toString(),
                    odd.resolve("Probe.java").toString(),
                    "x"));
            assertProbed(run(odd, environment, "../link", "Probe.java", "x"));
            assertProbed(run(odd, environment, "sh", "jbang", "Probe.java", "x"));
        }
    }

    private static void assertProbed(Result result) {
        assertEquals("<x>", result.out(), result.stderr());
        assertEquals(7, result.exitCode());
        assertEquals("", result.stderr());
    }

    @ParameterizedTest
    @CsvSource({"gone,does not exist", "empty,no bin/java", "old,Java 11.0.2", "runtime,javac"})
    void a_java_home_that_does_not_serve_is_named_and_the_java_on_the_path_is_used(String kind, String fault)
            throws IOException {
        Path probe = probe("<");
        Path home = javaHome(kind);
        Result result = run(Scripts.ROOT, Map.of("JAVA_HOME", home.toString()), "./jbang", probe.toString(), "x");
        assertEquals("<x>", result.out(), result.stderr());
        LifecycleTest.assertOneLine(result.stderr());
        assertTrue(
                result.stderr().contains("JAVA_HOME (" + home + ")")
                        && result.stderr().contains(fault),
                result.stderr());
    }

    @ParameterizedTest
    @CsvSource({"old,Java 11.0.2", "runtime,javac"})
    void without_a_jdk_two_lines_say_what_is_wrong(String kind, String fault) throws IOException {
        Path probe = probe("<");
        String path = javaHome(kind).resolve("bin") + File.pathSeparator + pathWithoutJbang();
        assertTwoLines(run(Scripts.ROOT, Map.of("PATH", path, "JAVA_HOME", ""), "./jbang", probe.toString()), fault);
        Path gone = folder.resolve("gone");
        Result both =
                run(Scripts.ROOT, Map.of("PATH", path, "JAVA_HOME", gone.toString()), "./jbang", probe.toString());
        assertTwoLines(both, fault);
        assertTrue(both.stderr().contains(gone.toString()), both.stderr());
    }

    private static void assertTwoLines(Result result, String fault) {
        assertEquals(1, result.exitCode(), result.stderr());
        assertEquals(2, result.stderr().lines().count(), result.stderr());
        assertTrue(result.stderr().contains(fault), result.stderr());
    }

    /** What is called a JDK, and is none. */
    private Path javaHome(String kind) throws IOException {
        Path home = folder.resolve(kind);
        if (!kind.equals("gone")) {
            Files.createDirectories(home.resolve("bin"));
        }
        if (kind.equals("old") || kind.equals("runtime")) {
            String version = kind.equals("old") ? "11.0.2" : "17.0.2";
            Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
            script(
                    kind + "/bin/java",
                    "#!/bin/sh\necho '    java.home = " + home + "' >&2\necho '    java.version = " + version
                            + "' >&2\n");
        }
        if (kind.equals("old")) {
            script(kind + "/bin/javac", "#!/bin/sh\n");
        }
        return home;
    }

    @Test
    void where_the_home_cannot_be_written_jbang_is_kept_in_a_folder_of_this_user() throws IOException {
        Path probe = probe("<");
        Map<String, String> environment =
                Map.of("HOME", "/proc/none", "XDG_CACHE_HOME", "", "TMPDIR", folder.toString());
        Process other = start(Scripts.ROOT, environment, "./jbang", probe.toString(), "x");
        Result result = run(Scripts.ROOT, environment, "./jbang", probe.toString(), "x");
        assertEquals("<x>", result.out(), result.stderr());
        assertTrue(result.stderr().contains("HOME (/proc/none) cannot be written"), result.stderr());
        assertEquals("<x>", Scripts.finish(other, new byte[0]).out());
        assertProbed(run(Scripts.ROOT, environment, "./jbang", probe.toString(), "x"));
        Path kept =
                folder.resolve("mini-kafka-" + shell(Map.of(), "id -u").out().strip());
        assertEquals(
                List.of("jbang-0.132.1"), List.of(kept.toFile().list()), "two fetched it at once, and one is kept");
    }

    @Test
    void where_nothing_can_be_written_two_lines_say_so() {
        assertTwoLines(
                run(
                        Scripts.ROOT,
                        Map.of("XDG_CACHE_HOME", "/proc/none", "TMPDIR", "/proc/none"),
                        "./jbang",
                        "Broker.java"),
                "XDG_CACHE_HOME (/proc/none)");
    }

    @Test
    void a_fetch_that_fails_is_two_lines_and_leaves_nothing_but_a_log() throws IOException {
        Path bin = script(
                        "bin/mvn",
                        "#!/bin/sh\necho '[ERROR] Plugin x: y: transfer failed for https://repo.example/a.pom: Unknown host repo.example -> [Help 1]'\n"
                                + "echo '[ERROR] Re-run'\nexit 1\n")
                .getParent();
        Path cache = folder.resolve("cache");
        Result result = run(
                Scripts.ROOT,
                Map.of("PATH", bin + File.pathSeparator + pathWithoutJbang(), "XDG_CACHE_HOME", cache.toString()),
                "./jbang",
                "Broker.java");
        assertTwoLines(result, "failed: https://repo.example/a.pom: Unknown host repo.example\n");
        assertEquals(
                List.of("jbang-0.132.1.log"),
                List.of(cache.resolve("mini-kafka").toFile().list()));
    }

    @Test
    void a_fetch_ends_at_once_when_it_is_told_to() throws Exception {
        Path bin = script(
                        "bin/mvn",
                        "#!/bin/sh\necho $$ > " + folder.resolve("pid") + ".draft\nmv " + folder.resolve("pid")
                                + ".draft " + folder.resolve("pid") + "\nexec sleep 100\n")
                .getParent();
        Path cache = folder.resolve("cache");
        Process fetching = start(
                Scripts.ROOT,
                Map.of("PATH", bin + File.pathSeparator + pathWithoutJbang(), "XDG_CACHE_HOME", cache.toString()),
                "./jbang",
                "Broker.java");
        Await.until("Maven runs", () -> Files.exists(folder.resolve("pid")));
        fetching.toHandle().destroy();
        assertTrue(fetching.waitFor(20, TimeUnit.SECONDS), "it waits for Maven");
        assertEquals(143, fetching.exitValue());
        long maven = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        Await.until("Maven has ended", () -> ProcessHandle.of(maven).isEmpty());
        assertEquals(0, cache.resolve("mini-kafka").toFile().list().length);
    }

    @Test
    void a_checkout_on_windows_runs_too() throws IOException {
        assumeTrue(Files.exists(Scripts.ROOT.resolve(".git")), "there is no checkout");
        shell(Map.of(), "git clone -q -c core.autocrlf=true -c core.eol=crlf . " + folder.resolve("clone"));
        for (String file : new String[] {"jbang", ".ci/run", "Broker.java", "README.md"}) {
            assertFalse(Files.readString(folder.resolve("clone").resolve(file)).contains("\r"), file);
        }
        assertEquals(
                -1,
                Files.mismatch(
                        Scripts.ROOT.resolve("dashboard/screenshot.png"),
                        folder.resolve("clone/dashboard/screenshot.png")));
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    /** Runs a line of shell where the scripts are. */
    private static Result shell(Map<String, String> environment, String line) {
        return run(Scripts.ROOT, environment, "sh", "-c", line);
    }

    private static Result run(Path where, Map<String, String> environment, String... command) {
        return Scripts.finish(start(where, environment, command), new byte[0]);
    }

    /** Without an installed JBang, and without the locale of the tests. */
    private static Process start(Path where, Map<String, String> environment, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("LANG", "LC_ALL", "LC_CTYPE"));
        builder.environment().put("PATH", pathWithoutJbang());
        builder.environment().putAll(environment);
        return Scripts.startProcess(builder, where);
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
        return Scripts.finish(Scripts.startProcess(builder), stdin.getBytes(UTF_8));
    }

    private Path script(String name, String text) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
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
