package benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rows under their headings, as text with aligned columns or as Markdown. */
final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    Table(List<Row> rows) {
        lines.add(List.of("measure", "mini-kafka", "peer", "ratio", "bar", "met"));
        rows.forEach(row -> lines.add(List.of(row.what(), row.ours(), row.peer(), row.ratio(), row.bar(), row.met())));
    }

    String asText() {
        List<Integer> widths = IntStream.range(0, lines.get(0).size())
                .mapToObj(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .getAsInt())
                .collect(Collectors.toList());
        return lines.stream().map(line -> aligned(line, widths) + "\n").collect(Collectors.joining());
    }

    String asMarkdown() {
        Stream<String> rule = Stream.of("|" + "---|".repeat(lines.get(0).size()));
        Stream<String> heading = lines.stream().limit(1).map(Table::cells);
        Stream<String> rows = lines.stream().skip(1).map(Table::cells);
        return Stream.of(heading, rule, rows)
                .flatMap(part -> part)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String cells(List<String> line) {
        return line.stream()
                .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String aligned(List<String> line, List<Integer> widths) {
        return IntStream.range(0, line.size())
                .mapToObj(column -> pad(line.get(column), widths.get(column)))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
