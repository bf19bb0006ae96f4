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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Scripts.Result;

/** Runs what the README tells people to type, in its order, against one broker; where it shows the output, that has to come. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- (.*?) -->\n)?```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void every_command_does_what_it_says() throws IOException {
        String readme = Files.readString(Scripts.ROOT.resolve("README.md"));
        List<String> started = new ArrayList<>();
        Scripts.copy(Scripts.ROOT, folder);
        try (BrokerProcess broker = BrokerProcess.start()) {
            for (Matcher block = BLOCK.matcher(readme); block.find(); ) {
                started.add(block.group(1) == null ? "run" : block.group(1));
                if (block.group(1) == null) {
                    check(block.group(2), block.group(3), broker);
                }
            }
        }
        assertTrue(started.stream().filter("run"::equals).count() >= 4, "the README has lost its commands: " + started);
    }

    /** The loop that waits for the port file ends when the broker has ended, and the script fails. */
    @ParameterizedTest
    @CsvSource({"bash -eu,nonsense", "bash,nonsense", "sh,nonsense", "sh,taken"})
    void the_script_ends_with_an_error_if_the_broker_cannot_start(String shell, String port) throws IOException {
        String readme = Files.readString(Scripts.ROOT.resolve("README.md"));
        Matcher script = BLOCK.matcher(readme.substring(readme.indexOf("\n## For scripts")));
        assertTrue(script.find() && script.group(2).contains("--port 0"), script.group());
        Scripts.copy(Scripts.ROOT, folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String commands = script.group(2).replace("--port 0", "--port " + (port.equals("taken") ? taken.getLocalPort() : port));
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
            assertEquals(Http.withoutTimestamps(output), Http.withoutTimestamps(result.out()), commands);
        }
    }

    /** Runs them in a copy of the checkout, where what they write is in nobody's way. */
    private Result run(String commands, BrokerProcess broker) {
        String here = commands.replace("http://127.0.0.1:8000", broker.url()).replace("curl ", "curl --silent --show-error ");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", here);
        builder.environment().put("BROKER_URL", broker.url());
        return Scripts.finish(Scripts.startProcess(builder, folder), new byte[0]);
    }
}
