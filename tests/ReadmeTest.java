package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Scripts.Result;

/**
 * Runs what the README and the pages of {@code docs} tell people to type, each page in its order against a broker of its own. Where a page shows
 * the output, that has to come. A line of output that starts with two spaces continues the line before it.
 */
class ReadmeTest {

    private static final Pattern INVOKE = Pattern.compile("irm (\\S+)(?: -Method Post -Body ('.*'))?");

    @TempDir
    private static Path temporary;

    /** A copy of the checkout, where what the commands write is in nobody's way. All have this path, so the launcher asks JBang only once. */
    private static Path folder;

    @BeforeAll
    static void choose_the_folder() {
        folder = temporary.resolve("checkout");
    }

    @ParameterizedTest
    @MethodSource("tests.PagesTest#pages")
    void every_command_does_what_its_page_says(String page) throws IOException {
        String text = Files.readString(Scripts.ROOT.resolve(page));
        BrokerProcess broker = null;
        try {
            for (Matcher block = PagesTest.BLOCK.matcher(text); block.find(); ) {
                if (block.group(1) == null) {
                    if (broker == null) {
                        copy();
                        broker = BrokerProcess.start();
                    }
                    check(inBash(block.group(2), block.group(3)), block.group(4), broker);
                }
            }
        } finally {
            if (broker != null) {
                broker.close();
            }
        }
    }

    /** Makes the copy as it is in the checkout, whatever an earlier test has written there. */
    private static void copy() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Scripts.copy(Scripts.ROOT, Files.createDirectory(folder));
    }

    /** The quotes of {@code cmd} are quotes of {@code bash} too; what PowerShell sends, curl sends. */
    private static String inBash(String shell, String commands) {
        if (!shell.equals("powershell")) {
            return commands;
        }
        Matcher all = Pattern.compile("(?:" + INVOKE + "\\n)+").matcher(commands);
        assertTrue(all.matches(), commands);
        return INVOKE.matcher(commands)
                .replaceAll(one -> "curl " + (one.group(2) == null ? "" : "-d " + one.group(2) + " ") + one.group(1));
    }

    /** The loop that waits for the port file ends when the broker has ended, and the script fails. */
    @ParameterizedTest
    @CsvSource({"bash -eu,nonsense", "bash,nonsense", "sh,nonsense", "sh,taken"})
    void the_script_ends_with_an_error_if_the_broker_cannot_start(String shell, String port) throws IOException {
        Matcher script = PagesTest.BLOCK.matcher(Files.readString(Scripts.ROOT.resolve("docs/scripts.md")));
        assertTrue(script.find() && script.group(3).contains("--port 0"), script.group());
        copy();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String commands = script.group(3)
                    .replace("--port 0", "--port " + (port.equals("taken") ? taken.getLocalPort() : port));
            List<String> command = new ArrayList<>(List.of(shell.split(" ")));
            command.addAll(List.of("-c", commands));
            Result result = Scripts.finish(Scripts.startProcess(new ProcessBuilder(command), folder), new byte[0]);
            assertNotEquals(0, result.exitCode(), result.stderr());
            assertTrue(result.stderr().contains("broker: "), result.stderr());
        }
    }

    private void check(String commands, String output, BrokerProcess broker) {
        Result result = run(commands, broker);
        assertEquals(0, result.exitCode(), commands + result.stderr());
        if (output != null) {
            assertEquals(
                    Http.withoutTimestamps(output.replace("\n  ", "")), Http.withoutTimestamps(result.out()), commands);
        }
    }

    private Result run(String commands, BrokerProcess broker) {
        String here =
                commands.replace("http://127.0.0.1:8000", broker.url()).replace("curl ", "curl --silent --show-error ");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", here);
        builder.environment().put("BROKER_URL", broker.url());
        builder.environment().put(Scripts.JVM_OPTIONS, Scripts.jvmOptions(Scripts.FAST_START));
        return Scripts.finish(Scripts.startProcess(builder, folder), new byte[0]);
    }
}
