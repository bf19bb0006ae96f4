package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import benchmark.growth.Growth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The form of README and the pages of {@code docs}: links, widths and length. {@link ReadmeTest} runs their commands. */
class PagesTest {
    /** A comment, commands, and what they print; the comment says why the commands are not run. */
    static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- (.*?) -->\n)?```(sh|bat|powershell)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]*)(?:#([^)]*))?\\)");
    private static final int MAX_LINE = 120;
    private static final int MAX_WORDS = 1500;

    static List<String> pages() throws IOException {
        List<String> pages = new ArrayList<>(List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"));
        try (DirectoryStream<Path> docs = Files.newDirectoryStream(Scripts.ROOT.resolve("docs"), "*.md")) {
            docs.forEach(page -> pages.add("docs/" + page.getFileName()));
        }
        return pages;
    }

    @Test
    void the_page_on_growth_has_the_tables_of_its_simulation() throws IOException {
        String page = Files.readString(Scripts.ROOT.resolve("docs/growth.md"));
        Growth growth = new Growth();
        new CommandLine(growth).parseArgs(); // sets the defaults
        for (String table : growth.tables().split("\n\n")) {
            assertTrue(page.contains(table.strip()), table);
        }
    }

    @Test
    void the_readme_is_short_and_has_its_commands() throws IOException {
        String readme = Files.readString(Scripts.ROOT.resolve("README.md"));
        assertTrue(readme.split("\\s+").length <= MAX_WORDS, "words of README.md");
        assertTrue(
                BLOCK.matcher(readme)
                                .results()
                                .filter(block -> block.group(1) == null)
                                .count()
                        >= 8,
                "the README has lost its commands");
        assertEquals(
                List.of(),
                readme.lines().filter(line -> line.length() > MAX_LINE).collect(Collectors.toList()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void links_lead_somewhere_and_only_tables_are_wide(String page) throws IOException {
        Path file = Scripts.ROOT.resolve(page);
        String text = Files.readString(file);
        LINK.matcher(text).results().forEach(link -> {
            Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
            assertTrue(Files.exists(target), page + " links to " + link.group(1));
            assertTrue(
                    link.group(2) == null || anchors(target).contains(link.group(2)),
                    page + " links to " + link.group());
        });
        List<String> wide = text.lines()
                .filter(line -> line.length() > MAX_LINE && !line.startsWith("|"))
                .collect(Collectors.toList());
        assertEquals(List.of(), wide);
        String readme = Files.readString(Scripts.ROOT.resolve("README.md"));
        assertTrue(
                page.equals("README.md") || readme.contains("](" + page + ")"), "README.md does not link to " + page);
    }

    private static Set<String> anchors(Path page) {
        try {
            return Files.readString(page)
                    .lines()
                    .filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("#+ ", "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9 -]", "")
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
