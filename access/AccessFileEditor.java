package access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/** Adds a token to an access file. The comments of a YAML file stay. An instance adds one token. Not thread-safe. */
final class AccessFileEditor {
    private static final ObjectMapper JSON = new JsonMapper();
    private static final String PRINCIPALS = "principals";
    private static final String HASHES = "token_sha256";

    private final Path file;
    private final byte[] content;
    private final boolean isJson;
    private final List<Principal> principals;

    private AccessFileEditor(Path file, byte[] content, boolean isJson, List<Principal> principals) {
        this.file = file;
        this.content = content;
        this.isJson = isJson;
        this.principals = principals;
    }

    /** A principal to add, in the words of an access file. */
    record NewPrincipal(String name, List<String> actions, List<String> topics, List<String> groups) {}

    /**
     * Reads an access file.
     *
     * @param file is empty if it does not exist
     * @throws IOException if the file is not valid
     */
    static AccessFileEditor open(Path file) throws IOException {
        byte[] content = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        boolean isEmpty = new String(content, StandardCharsets.UTF_8).isBlank();
        return new AccessFileEditor(
                file,
                content,
                isEmpty ? file.toString().endsWith(".json") : AccessFile.isJson(content),
                isEmpty ? List.of() : AccessFile.parse(content));
    }

    boolean hasPrincipal(String name) {
        return principals.stream().anyMatch(known -> known.name().equals(name));
    }

    /**
     * Adds a token, and the principal if the file does not have it. Creates the file if it does not exist. The file is replaced as a whole, so
     * a broker never reads half of it.
     *
     * @param hash in hexadecimal digits
     * @throws IOException if the principal would not be valid
     */
    void addToken(NewPrincipal principal, String hash) throws IOException {
        boolean isNew = !hasPrincipal(principal.name);
        byte[] after = isJson
                ? withTokenInJson(content, principal, hash, isNew)
                : withTokenInYaml(content, principal, hash, isNew);
        AccessFile.parse(after);
        replace(file, after);
    }

    private static byte[] withTokenInJson(byte[] before, NewPrincipal principal, String hash, boolean isNew)
            throws IOException {
        JsonNode tree = JSON.readTree(before);
        ObjectNode root = tree.isObject() ? (ObjectNode) tree : JSON.createObjectNode();
        ArrayNode principals = root.withArray(PRINCIPALS);
        if (isNew) {
            ObjectNode added = principals.addObject().put("name", principal.name);
            added.withArray(HASHES).add(hash);
            ObjectNode rule = added.withArray("rules").addObject();
            principal.actions.forEach(rule.withArray("actions")::add);
            principal.topics.forEach(rule.withArray("topics")::add);
            principal.groups.forEach(rule.withArray("groups")::add);
        } else {
            for (JsonNode one : principals) {
                if (one.path("name").asText().equals(principal.name)) {
                    ((ObjectNode) one).withArray(HASHES).add(hash);
                }
            }
        }
        return (root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] withTokenInYaml(byte[] before, NewPrincipal principal, String hash, boolean isNew) {
        Yaml yaml = yaml();
        Node tree = compose(new String(before, StandardCharsets.UTF_8));
        MappingNode root = (MappingNode) (tree == null ? compose(PRINCIPALS + ": []") : tree);
        SequenceNode principals = sequence(root, PRINCIPALS);
        if (isNew) {
            principals
                    .getValue()
                    .add(compose("name: " + quoted(principal.name) + "\n" + HASHES + ": [" + quoted(hash)
                            + "]\nrules:\n- actions: "
                            + flow(principal.actions) + "\n  topics: " + flow(principal.topics) + "\n  groups: "
                            + flow(principal.groups) + "\n"));
        } else {
            for (Node one : principals.getValue()) {
                if (((ScalarNode) value((MappingNode) one, "name")).getValue().equals(principal.name)) {
                    sequence((MappingNode) one, HASHES).getValue().add(compose(quoted(hash)));
                }
            }
        }
        StringWriter text = new StringWriter();
        yaml.serialize(root, text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The list with this name, which is added if the object does not have it. */
    private static SequenceNode sequence(MappingNode node, String name) {
        Node known = value(node, name);
        if (known instanceof SequenceNode list) {
            if (list.getValue().isEmpty()) {
                list.setFlowStyle(DumperOptions.FlowStyle.BLOCK);
            }
            return list;
        }
        node.getValue()
                .removeIf(field -> ((ScalarNode) field.getKeyNode()).getValue().equals(name)); // it was null
        node.getValue().addAll(((MappingNode) compose(name + ": []")).getValue());
        return sequence(node, name);
    }

    private static Node value(MappingNode node, String name) {
        return node.getValue().stream()
                .filter(field -> ((ScalarNode) field.getKeyNode()).getValue().equals(name))
                .map(NodeTuple::getValueNode)
                .findFirst()
                .orElse(null);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String flow(List<String> texts) {
        return texts.stream().map(AccessFileEditor::quoted).toList().toString();
    }

    private static Node compose(String text) {
        return yaml().compose(new StringReader(text));
    }

    private static Yaml yaml() {
        LoaderOptions loading = new LoaderOptions();
        loading.setProcessComments(true);
        DumperOptions dumping = new DumperOptions();
        dumping.setProcessComments(true);
        dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(new SafeConstructor(loading), new Representer(dumping), dumping, loading);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path written = Files.createTempFile(target.getParent(), "access", ".tmp");
        try {
            if (Files.exists(target)) {
                Files.copy(target, written, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            }
            Files.write(written, content);
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
