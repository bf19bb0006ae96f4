package tests;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** The inputs of the fuzz tests. In a file of {@code tests/coverage/corpus}, a line is an input: a JSON string, each of whose characters is a byte. */
public final class Corpus {
    /** How long a fuzz test searches. */
    public static final String MAX_DURATION = "4m";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Map<String, String> NAMES = Map.of(
            "JsonTextFuzzTest", "json-text",
            "BatchParserFuzzTest", "batches",
            "HeadersFuzzTest", "headers",
            "SegmentFuzzTest", "segments");

    private Corpus() {}

    public static List<Named<byte[]>> jsonText() throws IOException {
        return read("json-text");
    }

    public static List<Named<byte[]>> batches() throws IOException {
        return read("batches");
    }

    public static List<Named<byte[]>> headers() throws IOException {
        return read("headers");
    }

    public static List<Named<byte[]>> segments() throws IOException {
        return read("segments");
    }

    /** Adds what the last search of a fuzz test has found. Returns how many inputs it has added. */
    static int add(Class<?> test) throws IOException {
        Path folder = Path.of(".cifuzz-corpus", test.getName());
        if (Files.notExists(folder)) {
            return 0;
        }
        String name = NAMES.get(test.getSimpleName());
        Set<String> inputs = new LinkedHashSet<>();
        for (String line : Files.readAllLines(file(name))) {
            inputs.add(JSON.writeValueAsString(JSON.readValue(line, String.class)));
        }
        int before = inputs.size();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path input : found.filter(Files::isRegularFile).sorted().toList()) {
                String bytes = new String(Files.readAllBytes(input), StandardCharsets.ISO_8859_1);
                inputs.add(JSON.writeValueAsString(bytes));
            }
        }
        Files.write(file(name), inputs);
        return inputs.size() - before;
    }

    private static Path file(String name) {
        return Scripts.ROOT.resolve("tests/coverage/corpus/" + name + ".txt");
    }

    private static List<Named<byte[]>> read(String name) throws IOException {
        List<Named<byte[]>> inputs = new ArrayList<>();
        for (String line : Files.readAllLines(file(name))) {
            inputs.add(Named.of(line, JSON.readValue(line, String.class).getBytes(StandardCharsets.ISO_8859_1)));
        }
        return inputs;
    }
}
