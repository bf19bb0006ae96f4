package tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A broker's /openapi.json: its operations, and the schemas that they refer to. Immutable. */
final class ApiDocument {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** A parameter of the path or of the query. */
    record Parameter(String name, boolean isInPath, JsonNode schema) {}

    /**
     * One operation.
     *
     * @param bodies the schema of the request by media type; empty if it takes no body
     * @param answers by status, or {@code default}: the schema by media type; empty for an answer without a body
     */
    record Operation(
            String id,
            String method,
            String path,
            List<Parameter> parameters,
            Map<String, JsonNode> bodies,
            Map<String, Map<String, JsonNode>> answers) {
        boolean isEndless() {
            return answers.getOrDefault("200", Map.of()).containsKey("text/event-stream");
        }

        boolean onlyReads() {
            return method.equals("GET");
        }
    }

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();

    ApiDocument(JsonNode document) {
        this.document = document;
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (METHODS.contains(method.getKey())) {
                        operations.add(operation(path.getKey(), method.getKey(), method.getValue()));
                    }
                }));
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The node itself, or what its {@code $ref} points to. */
    JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : resolve(document.at(reference.substring(1)));
    }

    private Operation operation(String path, String method, JsonNode node) {
        List<Parameter> parameters = new ArrayList<>();
        node.path("parameters").forEach(one -> {
            JsonNode parameter = resolve(one);
            String in = parameter.path("in").asText();
            if (in.equals("path") || in.equals("query")) {
                parameters.add(
                        new Parameter(parameter.path("name").asText(), in.equals("path"), parameter.path("schema")));
            }
        });
        Map<String, Map<String, JsonNode>> answers = new LinkedHashMap<>();
        node.path("responses").properties().forEach(answer -> answers.put(answer.getKey(), content(answer.getValue())));
        return new Operation(
                node.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                parameters,
                content(node.path("requestBody")),
                answers);
    }

    private Map<String, JsonNode> content(JsonNode node) {
        Map<String, JsonNode> content = new LinkedHashMap<>();
        resolve(node)
                .path("content")
                .properties()
                .forEach(media -> content.put(media.getKey(), media.getValue().path("schema")));
        return content;
    }
}
