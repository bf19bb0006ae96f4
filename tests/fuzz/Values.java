package tests.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes JSON texts from schemas. Each value is as its schema says, or, now and then, is not: {@link #isOdd} tells whether that
 * happened. Names and numbers that the broker may know come from small sets, so that many requests succeed. For one request.
 */
final class Values {
    /** They are never deleted, so that what was accepted has to be there in the end. */
    static final String KEPT = "kept-";

    /** The members of a message that its producer chooses. */
    private static final Set<String> MEMBERS =
            Set.of("value", "value_base64", "key", "key_base64", "headers", "headers_base64", "header_order");

    private static final Map<String, List<String>> NAMES = Map.of(
            "topic", List.of(KEPT + 1, KEPT + 3, "wild-0", "wild-1", "wild-2", "wild-3", "wild-4"),
            "consumer_id", IntStream.range(0, 16).mapToObj(i -> "consumer." + i).collect(Collectors.toList()),
            "group", List.of("group_0", "group_1", "group_2"),
            "producer_id", List.of("p0", "p1", "p2", "p3"),
            "when_full", List.of("reject", "drop_oldest"));

    /** From where to where a number is likely to be accepted. Waits are short, and sessions end at once or outlive the run. */
    private static final Map<String, long[]> RANGES = Map.ofEntries(
            Map.entry("partition", new long[] {0, 3}),
            Map.entry("partitions", new long[] {1, 4}),
            Map.entry("offset", new long[] {0, 12}),
            Map.entry("sequence", new long[] {0, 6}),
            Map.entry("max_messages", new long[] {1, 60}),
            Map.entry("min_messages", new long[] {0, 3}),
            Map.entry("wait_ms", new long[] {0, 5}),
            Map.entry("max_bytes", new long[] {500, 50_000}),
            Map.entry("max_age_ms", new long[] {600_000, 900_000}),
            Map.entry("session_timeout_ms", new long[] {600_000, 900_000}),
            Map.entry("timestamp", new long[] {0, 4_000_000_000_000L}));

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "hello",
            "two words",
            "tab\tline\nfeed\r\n",
            "\u0000\u0001\u001f\u007f",
            "\u0085\u2028\u2029",
            "\ud83d\ude00 gr\u00fc\u00df dich",
            "\ufeffBOM",
            "\"quoted\" \\ / '",
            "{\"value\":1}",
            "null",
            "$(id) `id` ;&|<script>",
            "%00%ff%",
            "e\u0301\u202e\uffff");

    private static final List<String> ODD_STRINGS = List.of(
            "\"\\ud800\"",
            "\"\\udc00x\"",
            "\"\\ud83d\\u0041\"",
            "\"\"",
            "\" \"",
            "\".\"",
            "\"..\"",
            "\"a/b\"",
            "\"\\u0000\"",
            "\"\\u2028\"",
            "\"%2e\"",
            "\"Consumer.0\"");

    private static final List<String> ODD_NUMBERS = List.of(
            "-1",
            "0",
            "-0",
            "1.5",
            "1.0",
            "1e2",
            "1E400",
            "-1e-400",
            "2147483647",
            "2147483648",
            "-2147483649",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "\"5\"",
            "\" \"",
            "\"\"",
            "\"0x10\"",
            "\"earliest\"",
            "\"-1\"");

    private static final List<String> OTHER_TYPES = List.of(
            "null",
            "true",
            "false",
            "7",
            "\"text\"",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "{\"\":null}",
            "[1,2]",
            "{\"a\":{\"b\":[]}}");

    private final ApiDocument document;
    private final RandomGenerator random;
    private final int oddOneIn;
    private boolean isOdd;

    /** @param oddOneIn how many values there are for one that is not as its schema says; 0 if none is */
    Values(ApiDocument document, RandomGenerator random, int oddOneIn) {
        this.document = document;
        this.random = random;
        this.oddOneIn = oddOneIn;
    }

    boolean isOdd() {
        return isOdd;
    }

    static Set<String> known(String field) {
        return new TreeSet<>(NAMES.get(field));
    }

    /** A value for this field, as {@link ByteText}. */
    String json(String field, JsonNode schemaOrReference) {
        if (oddOneIn > 0 && random.nextInt(oddOneIn) == 0) {
            isOdd = true;
            String odd = odd();
            return field.endsWith("_ms") && odd.matches("\\d{3,6}")
                    ? "7"
                    : odd; // no time is to pass just while states are compared
        }
        JsonNode schema = document.resolve(schemaOrReference);
        if (schema.has("oneOf")) {
            return json(
                    field,
                    schema.path("oneOf")
                            .path(random.nextInt(schema.path("oneOf").size())));
        }
        if (schema.has("enum")) {
            return schema.path("enum")
                    .path(random.nextInt(schema.path("enum").size()))
                    .toString();
        }
        switch (schema.path("type").asText()) {
            case "integer":
            case "number":
                return String.valueOf(number(field, schema));
            case "boolean":
                return String.valueOf(random.nextBoolean());
            case "array":
                return list(field, schema);
            case "object":
                return field.equals("headers_base64") ? headersBase64() : object(schema);
            default:
                return field.endsWith("_base64") ? base64() : quoted(string(field));
        }
    }

    /** The same for a parameter of a path or a query, which is text; it is not encoded. */
    String text(String field, JsonNode schema) {
        String json = json(field, schema);
        return json.startsWith("\"") ? ByteText.utf8(Answer.JSON.convertValue(tree(json), String.class)) : json;
    }

    /** A text that a message may hold. */
    String message() {
        switch (random.nextInt(40)) {
            case 0:
                return "x".repeat(random.nextInt(5000));
            case 1:
                return "\u00e4".repeat(random.nextInt(3000));
            default:
                return TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? random.nextInt(1000) : "");
        }
    }

    private String string(String field) {
        List<String> names = NAMES.get(field);
        if (names == null) {
            return field.equals("offset") ? start() : message();
        }
        return random.nextInt(30) == 0 && !field.equals("when_full")
                ? "unknown-" + random.nextInt(3)
                : names.get(random.nextInt(names.size()));
    }

    /** A place in a topic, in a query. */
    private String start() {
        return List.of("earliest", "latest", "0", "1", "7").get(random.nextInt(5));
    }

    private long number(String field, JsonNode schema) {
        long[] range = RANGES.getOrDefault(field, new long[] {
            schema.path("minimum").asLong(0), schema.path("maximum").asLong(100)
        });
        return random.nextLong(range[0], range[1] + 1);
    }

    private String list(String field, JsonNode schema) {
        int size = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(random.nextInt(50) == 0 ? 300 : 5);
        return IntStream.range(0, size)
                .mapToObj(i -> json(field, schema.path("items")))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String object(JsonNode schema) {
        List<String> fields = new ArrayList<>();
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        JsonNode properties = schema.path("properties");
        boolean isMessage = properties.has("value_base64");
        properties.properties().forEach(property -> {
            String name = property.getKey();
            if (isMessage && MEMBERS.contains(name)) {
                return;
            }
            if (required.contains(name) || isLikely(name)) {
                fields.add(quoted(name) + ":" + json(name, property.getValue()));
            }
        });
        if (isMessage) {
            fields.addAll(members(properties)); // after the topic, where a broken escape stays broken
        }
        if (schema.has("additionalProperties")) {
            IntStream.range(0, random.nextInt(4))
                    .forEach(i -> fields.add(
                            quoted("h" + i + message()) + ":" + json("", schema.path("additionalProperties"))));
        }
        if (random.nextInt(20) == 0) {
            fields.add(quoted("unknown") + ":" + OTHER_TYPES.get(random.nextInt(OTHER_TYPES.size())));
        }
        if (random.nextInt(2000) == 0) {
            IntStream.range(0, 50_000).forEach(i -> fields.add("\"u" + i + "\":0"));
        }
        return "{" + String.join(random.nextInt(20) == 0 ? " ,\r\n\t" : ",", fields) + "}";
    }

    /** Members of a message that mostly go together, in any order. */
    private List<String> members(JsonNode properties) {
        List<String> members = new ArrayList<>();
        Consumer<String> add = name -> members.add(quoted(name) + ":" + json(name, properties.path(name)));
        int value = random.nextInt(20);
        if (value < 12 || value == 19) {
            add.accept("value");
        } else if (value < 16) {
            members.add("\"value\":null");
        }
        if (value >= 16) {
            add.accept("value_base64");
        }
        int key = random.nextInt(20);
        if (key < 6 || key == 19 || (value >= 12 && value < 16 && key < 12)) {
            add.accept("key");
        } else if (key < 16 && key > 12) {
            add.accept("key_base64");
        }
        int headers = random.nextInt(20);
        if (headers < 5) {
            add.accept("headers");
        }
        if (headers > 2 && headers < 7) {
            add.accept("headers_base64");
        }
        if (headers > 17) {
            members.add("\"headers\":{\"text\":" + quoted(message()) + "}");
            members.add("\"headers_base64\":{\"b\":[" + base64() + ",null],\"c\":null}");
            List<String> order = new ArrayList<>(List.of("b", "text", "c", "b"));
            if (random.nextInt(10) == 0) {
                order.remove(random.nextInt(order.size()));
            }
            Collections.shuffle(order, new Random(random.nextLong()));
            members.add("\"header_order\":[\"" + String.join("\",\"", order) + "\"]");
        }
        Collections.shuffle(members, new Random(random.nextLong()));
        return members;
    }

    private String headersBase64() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> quoted("b" + i + message()) + ":"
                        + List.of(base64(), "null", "[" + base64() + ",null," + base64() + "]", "[]")
                                .get(random.nextInt(4)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Bytes or a text in base64; some are not base64. */
    private String base64() {
        if (random.nextInt(30) == 0) {
            return quoted(message());
        }
        byte[] bytes = new byte[random.nextInt(random.nextInt(40) == 0 ? 5000 : 12)];
        random.nextBytes(bytes);
        byte[] chosen = random.nextInt(4) == 0 ? message().getBytes(StandardCharsets.UTF_8) : bytes;
        return "\"" + Base64.getEncoder().encodeToString(chosen) + "\"";
    }

    /** Whether a field is given that need not be. A consumer without an id is one more each time, limits fill topics, and few sequences are in order. */
    private boolean isLikely(String field) {
        boolean isLimit = field.startsWith("max_") || field.equals("sequence") || field.equals("partition");
        return field.equals("consumer_id") ? random.nextInt(20) > 0 : random.nextInt(isLimit ? 9 : 3) == 0;
    }

    private String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        boolean escapes = random.nextInt(10) == 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || escapes) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return ByteText.utf8(json.append('"').toString());
    }

    private String odd() {
        switch (random.nextInt(12)) {
            case 0:
            case 1:
            case 2:
                return ODD_NUMBERS.get(random.nextInt(ODD_NUMBERS.size()));
            case 3:
            case 4:
                return ODD_STRINGS.get(random.nextInt(ODD_STRINGS.size()));
            case 5:
                return quoted("n".repeat(248 + random.nextInt(3)));
            case 6:
                int depth = List.of(10, 500, 1001, 20_000).get(random.nextInt(4));
                return (random.nextBoolean()
                        ? "[".repeat(depth) + "]".repeat(depth)
                        : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth));
            case 7:
                return "9"
                        .repeat(1
                                + random.nextInt(
                                        random.nextInt(10) > 0 ? 25 : random.nextInt(20) > 0 ? 20_000 : 1_100_000));
            case 8:
                return quoted("x".repeat(random.nextInt(random.nextInt(40) == 0 ? 1_100_000 : 30_000)));
            case 9:
                return quoted(message());
            default:
                return OTHER_TYPES.get(random.nextInt(OTHER_TYPES.size()));
        }
    }

    private static JsonNode tree(String json) {
        try {
            return Answer.JSON.readTree(ByteText.decoded(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }
}
