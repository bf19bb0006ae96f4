package benchmark;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of as many lines as wanted, made of real text: the sources and pages of this project, over and over. Each line has a
 * running number, the name of a file, and of that file so many non-blank lines that it comes to about 100 bytes; so no two
 * lines are alike, and quotes, backslashes and indentation are in it as they are in the files. The same checkout gives the
 * same file. None is empty, as kcat's {@code -l} sends no empty lines.
 */
final class RealLines {
    private static final int ENOUGH = 72;

    private RealLines() {}

    static Path write(Path root, Path file, long count) throws IOException {
        List<String> texts = texts(root);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long line = 0; line < count; line++) {
                out.write(
                        (line + " " + texts.get((int) (line % texts.size())) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private static List<String> texts(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|md)") && Files.isRegularFile(file))
                    .sorted()
                    .flatMap(file -> texts(root.relativize(file).toString(), file))
                    .collect(Collectors.toList());
        }
    }

    private static Stream<String> texts(String name, Path file) {
        List<String> texts = new ArrayList<>();
        String text = name;
        for (String line : nonBlankLines(file)) {
            text += " " + line;
            if (text.length() >= ENOUGH) {
                texts.add(text);
                text = name;
            }
        }
        return texts.stream();
    }

    private static List<String> nonBlankLines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
