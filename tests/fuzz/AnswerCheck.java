package tests.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import tests.fuzz.FuzzRequest.Form;

/** Says what is wrong with an answer. Immutable. */
final class AnswerCheck {
    /** Those that a broker may give at any time; any other from 500 up is a fault of it. */
    private static final Set<Integer> SERVER_ERRORS = Set.of(501, 503, 507);

    private static final Set<Integer> REFUSALS_OF_FORM = Set.of(400, 415);
    private static final String PROBLEM = "application/problem+json";
    private static final List<String> PROBLEM_TEXTS = List.of("type", "title", "detail", "code");

    /** Names of Java that are no business of a client. */
    private static final Pattern INTERNALS = Pattern.compile(
            "Exception\\b|OutOfMemoryError|\\b(?:java|javax|jakarta|kotlin)\\.[a-z]|org\\.eclipse|com\\.fasterxml|io\\.javalin|\\bengine\\.[A-Z]|\\tat ");

    private final ApiDocument document;

    AnswerCheck(ApiDocument document) {
        this.document = document;
    }

    /** What must hold whatever was sent; empty if it does. */
    static Optional<String> generalFault(Answer answer) {
        if (answer.status() >= 500 && !SERVER_ERRORS.contains(answer.status())) {
            return Optional.of("status " + answer.status());
        }
        Matcher internals = INTERNALS.matcher(answer.body());
        return internals.find()
                ? Optional.of("the answer tells of the inside: " + internals.group())
                : Optional.empty();
    }

    /** What the document promises for this request; empty if the answer keeps it. */
    Optional<String> fault(FuzzRequest request, Answer answer) {
        return generalFault(answer).or(() -> Optional.ofNullable(documentedFault(request, answer)));
    }

    private String documentedFault(FuzzRequest request, Answer answer) {
        Map<String, Map<String, JsonNode>> answers = request.operation().answers();
        String status = String.valueOf(answer.status());
        if (!answers.containsKey(status) && !(answer.isRefusal() && answers.containsKey("default"))) {
            return "status " + status + " is not documented";
        }
        if (request.form() == Form.VALID && REFUSALS_OF_FORM.contains(answer.status())) {
            return "a request that is as the document says is refused with " + status;
        }
        if (request.form() == Form.BROKEN && !answer.isRefusal()) {
            return "a body that cannot be read is accepted";
        }
        Map<String, JsonNode> content = answers.getOrDefault(status, answers.get("default"));
        if (content.isEmpty()) {
            return answer.body().isEmpty() && answer.mediaType().isEmpty() ? null : status + " has a body";
        }
        if (!content.containsKey(answer.mediaType())) {
            return "content type " + answer.mediaType() + " is not documented for " + status;
        }
        return request.isHead() ? headFault(answer) : bodyFault(answer, content.get(answer.mediaType()));
    }

    private static String headFault(Answer answer) {
        return answer.body().isEmpty() && !answer.header("content-length").isEmpty()
                ? null
                : "an answer to HEAD has a body, or no Content-Length";
    }

    private String bodyFault(Answer answer, JsonNode schema) {
        if (answer.mediaType().equals("text/event-stream")) {
            return null;
        }
        if (!answer.body().endsWith("\n")) {
            return "the answer does not end in a line feed";
        }
        try {
            if (!answer.mediaType().endsWith("json") || answer.mediaType().equals("application/x-ndjson")) {
                return linesFault(answer.body());
            }
            String fault = schemaFault("the answer", answer.json(), schema);
            return fault == null && answer.mediaType().equals(PROBLEM) ? problemFault(answer) : fault;
        } catch (JsonProcessingException e) {
            return "the answer is not JSON: " + e.getOriginalMessage();
        }
    }

    private static String linesFault(String body) throws JsonProcessingException {
        for (String line : body.split("\n")) {
            if (!Answer.JSON.readTree(ByteText.decoded(line)).isObject()) {
                return "a line is no JSON object: " + line;
            }
        }
        return null;
    }

    private static String problemFault(Answer answer) throws JsonProcessingException {
        JsonNode problem = answer.json();
        for (String field : PROBLEM_TEXTS) {
            if (problem.path(field).asText().isBlank()) {
                return "a problem without " + field;
            }
        }
        if (problem.path("status").asInt() != answer.status()) {
            return "a problem of status " + problem.path("status") + " in an answer of " + answer.status();
        }
        if (answer.status() == 405 && answer.header("allow").isEmpty()) {
            return "405 without Allow";
        }
        return answer.status() == 429 && answer.header("retry-after").isEmpty() ? "429 without Retry-After" : null;
    }

    /** What in a value is not as a schema says; null if all is. */
    private String schemaFault(String where, JsonNode value, JsonNode schemaOrReference) {
        JsonNode schema = document.resolve(schemaOrReference);
        JsonNode type = schema.path("type");
        boolean isOneOfSeveral = StreamSupport.stream(type.spliterator(), false)
                .anyMatch(one -> isOfType(one.asText(), value)); // such as a string or null
        if (type.isArray() ? !isOneOfSeveral : type.isTextual() && !isOfType(type.asText(), value)) {
            return where + " is no " + type;
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                return where + " lacks " + required.asText();
            }
        }
        for (var property : value.properties()) {
            JsonNode itsSchema = schema.path("properties").has(property.getKey())
                    ? schema.path("properties").path(property.getKey())
                    : schema.path("additionalProperties");
            String fault = schemaFault(property.getKey(), property.getValue(), itsSchema);
            if (fault != null) {
                return where + ": " + fault;
            }
        }
        for (JsonNode item : value.isArray() ? value : Answer.JSON.createArrayNode()) {
            String fault = schemaFault("an item", item, schema.path("items"));
            if (fault != null) {
                return where + ": " + fault;
            }
        }
        return null;
    }

    private static boolean isOfType(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "null" -> value.isNull();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> true;
        };
    }
}
