package tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tests.fuzz.ApiDocument.Operation;
import tests.fuzz.ApiDocument.Parameter;
import tests.fuzz.FuzzRequest.Form;

/** Makes requests from the document: for every operation, in every media type that it takes and gives. Immutable. */
final class Requests {
    private static final String JSON = "application/json";
    private static final List<String> UNKNOWN_TYPES = List.of(
            "application/xml",
            "text/html",
            "image/png",
            "application/octet-stream",
            "multipart/form-data; boundary=x",
            "x",
            ";",
            "application/",
            "text/plain; charset=utf-16",
            "application/json; charset=iso-8859-1");

    /** How often an operation is chosen, beside the others. Those are rare that undo the work of others. */
    private static final int RARE = 1;

    private static final int USUAL = 4;
    private static final int OFTEN = 12;

    private final ApiDocument document;
    private final List<Operation> choice;

    Requests(ApiDocument document) {
        this.document = document;
        this.choice = document.operations().stream()
                .flatMap(operation -> Stream.generate(() -> operation).limit(howOften(operation)))
                .collect(Collectors.toList());
    }

    private static int howOften(Operation operation) {
        if (operation.method().equals("DELETE") || operation.id().equals("unregister") || operation.isEndless()) {
            return RARE;
        }
        return operation.path().matches("/(produce|consume)(/batch)?") ? OFTEN : USUAL;
    }

    /** Any request; of five, two have something odd, or a body that cannot be read. */
    FuzzRequest next(RandomGenerator random) {
        Operation operation = choice.get(random.nextInt(choice.size()));
        int kind = random.nextInt(5);
        return make(operation, random, kind == 0 ? 4 : 0, kind == 1);
    }

    /** A valid request of each operation in each media type, some times. */
    List<FuzzRequest> examples(RandomGenerator random, int times) {
        return document.operations().stream()
                .flatMap(operation -> IntStream.range(
                                0, times * Math.max(1, operation.bodies().size()))
                        .mapToObj(i -> make(operation, random, 0, false)))
                .collect(Collectors.toList());
    }

    private FuzzRequest make(Operation operation, RandomGenerator random, int oddOneIn, boolean breaks) {
        Values values = new Values(document, random, oddOneIn);
        boolean isHead = operation.onlyReads() && !operation.isEndless() && random.nextInt(10) == 0;
        List<String> headers = new ArrayList<>(List.of("Host: 127.0.0.1"));
        accept(operation, random).ifPresent(headers::add);
        String mediaType = pick(List.copyOf(operation.bodies().keySet()), random);
        String target = target(operation, values, random, JSON.equals(mediaType) || mediaType == null);
        Form form = Form.VALID;
        String body = "";
        if (mediaType != null) {
            body = body(operation, mediaType, values, random);
            String whole = body;
            body = breaks && mediaType.equals(JSON) ? broken(whole, random) : whole;
            boolean isBroken = !body.equals(whole);
            boolean isUnknown = oddOneIn > 0 && random.nextInt(8) == 0;
            form = isBroken ? Form.BROKEN : isUnknown ? Form.ODD : Form.VALID;
            contentType(isUnknown ? pick(UNKNOWN_TYPES, random) : mediaType, random)
                    .ifPresent(headers::add);
            boolean isChunked = random.nextInt(12) == 0 && !body.isEmpty();
            headers.add(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length());
            body = isChunked ? chunked(body, random) : body;
        }
        String head = (isHead ? "HEAD" : operation.method()) + " " + target + " HTTP/1.1\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
        return new FuzzRequest(operation, isHead, head + body, form == Form.VALID && values.isOdd() ? Form.ODD : form);
    }

    private static Optional<String> accept(Operation operation, RandomGenerator random) {
        List<String> types = new ArrayList<>(
                operation.answers().getOrDefault("200", Map.of()).keySet());
        types.add("*/*");
        return random.nextInt(3) == 0 ? Optional.of("Accept: " + pick(types, random)) : Optional.empty();
    }

    /** JSON need not be named; the others do. */
    private static Optional<String> contentType(String mediaType, RandomGenerator random) {
        if (mediaType.equals(JSON) && random.nextInt(3) == 0) {
            return random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of("Content-Type: application/x-www-form-urlencoded");
        }
        return Optional.of("Content-Type: " + mediaType + (random.nextInt(4) == 0 ? "; charset=utf-8" : ""));
    }

    private String target(Operation operation, Values values, RandomGenerator random, boolean isJson) {
        String path = operation.path();
        List<String> query = new ArrayList<>();
        for (Parameter parameter : operation.parameters()) {
            if (parameter.isInPath()) {
                path = path.replace(
                        "{" + parameter.name() + "}", encoded(pathValue(operation, parameter, values), random));
            } else if (parameter.name().equals("topic")
                    ? !isJson
                    : random.nextInt(3) == 0 && !(isJson && !operation.bodies().isEmpty())) {
                query.add(parameter.name() + "=" + encoded(values.text(parameter.name(), parameter.schema()), random));
            }
        }
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    private static String pathValue(Operation operation, Parameter parameter, Values values) {
        String value = values.text(parameter.name(), parameter.schema());
        return operation.method().equals("DELETE") ? value.replace(Values.KEPT, "wild-") : value;
    }

    private static String encoded(String value, RandomGenerator random) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean isPlain = (Character.isLetterOrDigit(c) && c < 128) || "-._".indexOf(c) >= 0;
            encoded.append(isPlain && random.nextInt(50) > 0 ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }

    private String body(Operation operation, String mediaType, Values values, RandomGenerator random) {
        if (mediaType.equals(JSON)) {
            return values.json("", operation.bodies().get(JSON));
        }
        JsonNode item = listItem(operation.bodies().get(JSON));
        boolean isText = mediaType.startsWith("text/");
        return IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> isText
                        ? ByteText.utf8(values.message().replaceAll("[\r\n]", ""))
                        : values.json("", item).replaceAll("[\r\n]", ""))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** What the only list of a body holds: in another form of the body, a line each. */
    private JsonNode listItem(JsonNode body) {
        for (JsonNode property : document.resolve(body).path("properties")) {
            if (property.path("type").asText().equals("array")) {
                return property.path("items");
            }
        }
        throw new IllegalStateException("a body in lines, and no list in " + body);
    }

    /** A body that is no JSON object, though nearly one. */
    private static String broken(String json, RandomGenerator random) {
        switch (random.nextInt(10)) {
            case 0:
                return json.substring(0, random.nextInt(json.length()));
            case 1:
                return json + json;
            case 2:
                return json + pick(List.of("x", ",", "]", "{}", "\0", "null"), random);
            case 3: // a name that stands there twice
                return json.replaceFirst("^\\{\"(\\w+)\"", "{\"$1\":null,\"$1\"");
            case 4:
                return json.replaceFirst(
                        "\":\"",
                        "\":\""
                                + pick(
                                        List.of(
                                                "\u00c0\u00af",
                                                "\u00ff",
                                                "\u00ed\u00a0\u0080",
                                                "\u00f8\u0088\u0080\u0080\u0080",
                                                "\u00c3",
                                                "\n",
                                                "\0"),
                                        random));
            case 5:
                return json.replace('"', '\'');
            case 6:
                return pick(List.of("", " ", "null", "[]", "7", "\"text\"", "[" + json + "]", "\0", "NaN"), random);
            case 7:
                return json.replaceFirst(":", "=");
            case 8:
                return new String(json.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1)
                        .replaceFirst("\0$", "");
            default:
                return json.replaceFirst(
                        "\":\"",
                        "\":\"" + Matcher.quoteReplacement(pick(List.of("\\x", "\\u12", "\\", "\\u{41}"), random)));
        }
    }

    private static String chunked(String body, RandomGenerator random) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int size = Math.min(body.length() - at, 1 + random.nextInt(1000));
            chunks.append(Integer.toHexString(size))
                    .append("\r\n")
                    .append(body, at, at + size)
                    .append("\r\n");
            at += size;
        }
        return chunks + "0\r\n\r\n";
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
    }
}
