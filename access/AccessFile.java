package access;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import engine.EngineException;
import engine.Names;
import http.Action;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;

/**
 * Reads an access file, in JSON or in YAML of the same shape:
 *
 * <pre>
 *   {"principals": [
 *     {"name": "team-1",
 *      "token_sha256": ["&lt;64 hexadecimal digits&gt;"],
 *      "rules": [{"actions": ["produce", "consume"], "topics": ["team-1-*", "shared"], "groups": ["team-1-*"]}]}]}
 * </pre>
 *
 * An unknown field is an error, because a misspelt rule would otherwise be ignored. Stateless.
 */
final class AccessFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String ALL = "*";
    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{0," + Names.MAX_LENGTH + "}\\*?");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

    private AccessFile() {}

    /** @throws IOException if the text is neither JSON nor YAML, or not an access file */
    static List<Principal> parse(byte[] bytes) throws IOException {
        JsonNode file = tree(bytes);
        requireFields(file, "the file", Set.of("principals"));
        List<Principal> principals = new ArrayList<>();
        for (JsonNode one : list(file, "principals", "")) {
            principals.add(principal(one, "principals[" + principals.size() + "]"));
        }
        requireDistinct(principals);
        return principals;
    }

    /** Whether a text is JSON, not YAML. */
    static boolean isJson(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).stripLeading().startsWith("{");
    }

    private static JsonNode tree(byte[] bytes) throws IOException {
        boolean isJson = isJson(bytes);
        try {
            if (!isJson) {
                requirePlain(new String(bytes, StandardCharsets.UTF_8));
            }
            JsonNode tree = (isJson ? JSON : yaml()).readTree(bytes);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                throw new IOException("it is empty");
            }
            return tree;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new IOException((at == null ? "" : "line " + at.getLineNr() + ": ")
                    + e.getOriginalMessage().replaceAll("\\s+", " "));
        } catch (MarkedYAMLException e) {
            throw new IOException(describe(e));
        }
    }

    /** Names the line where the wrong part begins: the parser detects some errors only at the end of the text. */
    private static String describe(MarkedYAMLException e) {
        Mark start = e.getContextMark() == null ? e.getProblemMark() : e.getContextMark();
        return "line " + (start.getLine() + 1) + ": not valid YAML: "
                + (e.getContext() == null ? "" : e.getContext() + ", ") + e.getProblem();
    }

    private static ObjectMapper yaml() {
        return new ObjectMapper(YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build());
    }

    /** Refuses aliases, because {@code *x} would be read as the text x, and more than one document. */
    private static void requirePlain(String yaml) throws IOException {
        int documents = 0;
        for (Event event : new Yaml().parse(new StringReader(yaml))) {
            if (event instanceof AliasEvent) {
                throw new IOException("line " + (event.getStartMark().getLine() + 1)
                        + ": an access file has no aliases. Put a text that begins with * in quotes");
            }
            documents += event instanceof DocumentStartEvent ? 1 : 0;
        }
        if (documents > 1) {
            throw new IOException("it has " + documents + " YAML documents. Put all principals into one");
        }
    }

    private static Principal principal(JsonNode node, String path) throws IOException {
        requireFields(node, path, Set.of("name", "token_sha256", "rules"));
        JsonNode name = node.path("name");
        if (!name.isTextual()) {
            throw new IOException(
                    path + ".name is required, and must be a string, in quotes if it looks like a number");
        }
        try {
            Names.require(path + ".name", name.asText());
        } catch (EngineException e) {
            throw new IOException(e.getMessage());
        }
        List<byte[]> hashes = new ArrayList<>();
        for (String hash : texts(node, "token_sha256", path)) {
            if (!HASH.matcher(hash).matches()) {
                throw new IOException(path + ".token_sha256[" + hashes.size()
                        + "] must be the SHA-256 hash of a token: 64 hexadecimal digits");
            }
            hashes.add(HexFormat.of().parseHex(hash));
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : list(node, "rules", path + ".")) {
            rules.add(rule(rule, path + ".rules[" + rules.size() + "]"));
        }
        return new Principal(name.asText(), hashes, rules);
    }

    private static Rule rule(JsonNode node, String path) throws IOException {
        requireFields(node, path, Set.of("actions", "topics", "groups"));
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (String word : texts(node, "actions", path)) {
            actions.addAll(actions(word, path));
        }
        if (actions.isEmpty()) {
            throw new IOException(path + ".actions is required, such as [\"produce\", \"consume\"]");
        }
        return new Rule(actions, patterns(node, "topics", path), patterns(node, "groups", path));
    }

    private static Set<Action> actions(String word, String path) throws IOException {
        Set<Action> found = Arrays.stream(Action.values())
                .filter(Action::isInRules)
                .filter(action -> word.equals(ALL) || word.equals(action.word()))
                .collect(Collectors.toSet());
        if (found.isEmpty()) {
            String known = Arrays.stream(Action.values())
                    .filter(Action::isInRules)
                    .map(Action::word)
                    .collect(Collectors.joining(", "));
            throw new IOException(path + ".actions: there is no action " + Names.abbreviated(word)
                    + ". The actions are " + known + " and *");
        }
        return found;
    }

    private static List<String> patterns(JsonNode node, String field, String path) throws IOException {
        List<String> patterns = texts(node, field, path);
        for (String pattern : patterns) {
            if (pattern.isEmpty() || !PATTERN.matcher(pattern).matches()) {
                throw new IOException(path + "." + field + ": " + Names.abbreviated(pattern)
                        + " is neither a name nor a prefix that ends in *, such as team-1-*");
            }
        }
        return patterns;
    }

    private static List<String> texts(JsonNode node, String field, String path) throws IOException {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : list(node, field, path + ".")) {
            if (!one.isTextual()) {
                throw new IOException(path + "." + field + " must be a list of strings. Put each in quotes");
            }
            texts.add(one.asText());
        }
        return texts;
    }

    /** The items of a list; none if it is absent. */
    private static Iterable<JsonNode> list(JsonNode node, String field, String prefix) throws IOException {
        JsonNode list = node.path(field);
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw new IOException(prefix + field + " must be a list");
        }
        return list;
    }

    private static void requireFields(JsonNode node, String path, Set<String> known) throws IOException {
        if (!node.isObject()) {
            throw new IOException(path + " must be an object with the fields " + String.join(", ", sorted(known)));
        }
        for (String field : (Iterable<String>) node::fieldNames) {
            if (!known.contains(field)) {
                throw new IOException(path + " has the unknown field " + Names.abbreviated(field) + ". The fields are "
                        + String.join(", ", sorted(known)));
            }
        }
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().collect(Collectors.toList());
    }

    private static void requireDistinct(List<Principal> principals) throws IOException {
        Set<String> names = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (Principal principal : principals) {
            if (!names.add(principal.name())) {
                throw new IOException("there are two principals with the name " + principal.name());
            }
            for (byte[] hash : principal.tokenHashes()) {
                if (!hashes.add(HexFormat.of().formatHex(hash))) {
                    throw new IOException("principal " + principal.name()
                            + " has a token hash that is in the file before. A token belongs to one principal");
                }
            }
        }
    }
}
