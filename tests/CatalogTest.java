package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** The catalog, from the checkout and from a web server. */
class CatalogTest {
    @TempDir
    private Path folder;

    @Test
    void every_alias_has_a_description_and_shows_its_help() throws IOException {
        JsonNode aliases = Http.JSON
                .readTree(Scripts.ROOT.resolve("jbang-catalog.json").toFile())
                .path("aliases");
        assertTrue(aliases.size() >= 4, "broker, producer, consumer, test");
        for (Iterator<String> names = aliases.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            assertFalse(aliases.path(name).path("description").asText().isEmpty(), name);
            assertHelp(Scripts.run(name, "--help"), name);
        }
    }

    @Test
    void scripts_and_aliases_run_from_a_url() throws IOException {
        try (FileServer files = FileServer.of(Scripts.ROOT)) {
            assertHelp(elsewhere(files.url() + "/Broker.java", "--help"), "broker");
            assertHelp(elsewhere("consumer@" + files.url() + "/jbang-catalog.json", "--help"), "consumer");
            Result tests = elsewhere("test@" + files.url() + "/jbang-catalog.json", "CoreTest");
            assertTrue(tests.out().endsWith(" passed, 0 failed\n"), tests.out() + tests.stderr());
        }
    }

    @Test
    void the_tests_bring_every_file_along() throws IOException {
        assumeTrue(Files.exists(Scripts.ROOT.resolve(".git")), "there is no checkout to compare with");
        Process git = Scripts.startProcess(new ProcessBuilder("git", "ls-files"));
        Set<String> checkout = Scripts.finish(git, new byte[0])
                .out()
                .lines()
                .filter(name -> !name.startsWith("."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(checkout, ProjectFiles.names());
    }

    /** Runs the launcher in a folder that has nothing in it. */
    private Result elsewhere(String... arguments) {
        ProcessBuilder builder =
                new ProcessBuilder(Scripts.ROOT.resolve("jbang").toString());
        builder.command().addAll(List.of(arguments));
        return Scripts.finish(Scripts.startProcess(builder, folder), new byte[0]);
    }

    private static void assertHelp(Result result, String name) {
        assertEquals(0, result.exitCode(), result.stderr());
        assertTrue(result.out().startsWith("Usage: " + name), result.out());
    }
}
