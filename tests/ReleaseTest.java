package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cli.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** Prepares a release from a copy of the checkout. Nothing is published. */
class ReleaseTest {
    @TempDir
    private Path folder;

    private Path checkout;

    @BeforeEach
    void copyCheckout() throws IOException {
        Path recipe = Scripts.ROOT.resolve(".ci/release");
        assumeTrue(Files.exists(recipe), "the recipe is only in a checkout");
        checkout = Files.createDirectory(folder.resolve("checkout"));
        Scripts.copy(Scripts.ROOT, checkout);
        Files.createDirectory(checkout.resolve(".ci"));
        Files.copy(recipe, checkout.resolve(".ci/release"));
        Files.copy(Scripts.ROOT.resolve(".gitignore"), checkout.resolve(".gitignore"));
        Files.writeString(
                checkout.resolve("CHANGELOG.md"),
                Files.readString(checkout.resolve("CHANGELOG.md"))
                        .replaceFirst("(?m)^## .*", "## " + Version.NUMBER + " - 2026-01-31"));
        git("init", "-q");
        git("add", "-A");
        git("-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "-qm", "release");
    }

    @Test
    void a_release_is_packed_and_runs_with_java_alone() throws IOException {
        Result result = release(Version.NUMBER, folder.toString());
        assertEquals(0, result.exitCode(), result.stderr());
        assertTrue(result.out().contains("git tag -a v" + Version.NUMBER), result.out());
        String name = "mini-kafka-" + Version.NUMBER;
        try (ZipFile zip = new ZipFile(folder.resolve(name + ".zip").toFile())) {
            for (String file : List.of("broker.jar", "producer.jar", "consumer.jar", "LICENSE", "README.md")) {
                assertTrue(zip.getEntry(name + "/" + file) != null, file);
            }
        }
        assertEquals("", git("status", "--porcelain"));
        assertEquals("", git("tag"));
    }

    @Test
    void a_version_that_does_not_agree_is_refused_and_packs_nothing() throws IOException {
        assertRefused("cli/Version.java says " + Version.NUMBER, "9.9.9");
        assertRefused("the version is missing");
        git("tag", "v" + Version.NUMBER);
        assertRefused("the tag v" + Version.NUMBER + " exists", Version.NUMBER);
        git("tag", "-d", "v" + Version.NUMBER);
        Path changelog = checkout.resolve("CHANGELOG.md");
        Files.writeString(changelog, Files.readString(changelog) + "\n");
        assertRefused("not committed", Version.NUMBER);
        Files.writeString(changelog, "# Changelog\n\n## Unreleased\n");
        assertRefused("\"## Unreleased\"", Version.NUMBER);
        assertFalse(Files.exists(checkout.resolve("dist")));
    }

    private void assertRefused(String reason, String... arguments) {
        Result result = release(arguments);
        assertEquals(1, result.exitCode(), result.out());
        assertTrue(
                result.stderr().startsWith(".ci/release: ") && result.stderr().contains(reason), result.stderr());
    }

    private Result release(String... arguments) {
        return run("bash", ".ci/release", arguments);
    }

    private String git(String command, String... arguments) {
        Result result = run("git", command, arguments);
        assertEquals(0, result.exitCode(), result.stderr());
        return new String(result.stdout(), UTF_8);
    }

    private Result run(String program, String argument, String... more) {
        ProcessBuilder builder = new ProcessBuilder(program, argument);
        builder.command().addAll(List.of(more));
        return Scripts.finish(Scripts.startProcess(builder, checkout), new byte[0]);
    }
}
