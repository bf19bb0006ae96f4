package http;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import engine.ErrorCode;
import engine.Names;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverterContextImpl;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.info.Contact;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Creates the OpenAPI 3.1 document of the API. The calls and their errors come from the table of routes, and the schemas from the
 * records of the requests and responses.
 *
 * <p>Creating it takes half a second and loads hundreds of classes, so create it on demand. Not thread-safe; an instance creates one
 * document.
 */
final class OpenApi {
    private static final String PROBLEM = "Problem";
    private static final String TOKEN = "token";
    private static final String DIFFERENCES = "x-differences";
    private static final String START_POSITION = "StartPosition";

    private static final Set<String> NAMES = Set.of("topic", "consumer_id", "producer_id", "group");

    /** Examples of fields, by name. */
    private static final Map<String, String> EXAMPLES = Map.of(
            "topic", "demo", "consumer_id", "alice", "producer_id", "producer-1", "value", "hello", "status", "ok");

    private static final String DETAIL_EXAMPLE = "What is wrong with this request, and what to do next.";

    private static final List<Tag> TAGS = List.of(
            tag("topics", "Append-only logs of messages, by name."),
            tag("messages", "Producing, consuming and browsing messages."),
            tag("consumers", "Consumers of a topic, each with its own offsets."),
            tag("groups", "Consumers that share the partitions of a topic."),
            tag("producers", "Registration of producers."),
            tag("broker", "Health and statistics of the broker."));

    private final ModelConverterContextImpl models;
    private final Components components = new Components();
    private final boolean requiresToken;

    private OpenApi(ObjectMapper json, boolean requiresToken) {
        this.requiresToken = requiresToken;
        models = new ModelConverterContextImpl(new RecordResolver(json));
    }

    /** The document as JSON text in UTF-8. */
    static byte[] document(
            List<Route> routes,
            ObjectMapper json,
            String version,
            boolean requiresToken,
            List<Difference> differences) {
        OpenApi document = new OpenApi(json, requiresToken);
        return (Json31.pretty(document.describe(routes, info(version, differences))) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private OpenAPI describe(List<Route> routes, Info info) {
        Paths paths = new Paths();
        for (Route route : routes) {
            if (route.id() == null) {
                continue; // not documented here
            }
            PathItem item = paths.computeIfAbsent(route.path(), path -> new PathItem());
            item.operation(PathItem.HttpMethod.valueOf(route.method()), operation(route));
        }
        addSchemas();
        if (requiresToken) {
            components.addSecuritySchemes(
                    TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
        }
        return new OpenAPI(SpecVersion.V31)
                .openapi("3.1.0")
                .info(info)
                .servers(List.of(new Server().url(".")))
                .security(security())
                .tags(TAGS)
                .paths(paths)
                .components(components);
    }

    private List<SecurityRequirement> security() {
        return requiresToken ? List.of(new SecurityRequirement().addList(TOKEN)) : List.of();
    }

    /** The differences are there for people and, as an extension, for programs. */
    private static Info info(String version, List<Difference> differences) {
        Info info = info(version);
        if (!differences.isEmpty()) {
            info.addExtension(DIFFERENCES, differences);
            info.setDescription(info.getDescription()
                    + differences.stream()
                            .map(difference -> "\n- `" + difference.code() + "`: " + difference.summary())
                            .collect(Collectors.joining("", "\n\nThis server differs from it:\n", "")));
        }
        return info;
    }

    private static Info info(String version) {
        return new Info()
                .title("mini-kafka")
                .version(version)
                .summary("A message broker like Apache Kafka")
                .description(
                        "Topics are append-only logs, and every consumer has its own offset. Requests and answers are JSON in UTF-8.\n\n"
                                + "In requests, fields that are not listed are ignored, and null means absent. Answers omit fields without "
                                + "a value, and later versions may add fields. A refused request changes nothing. Its answer is a problem "
                                + "(RFC 9457), and the `detail` says what to do next.")
                .contact(new Contact().name("The maintainers of mini-kafka"));
    }

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
    }

    // Calls.

    private Operation operation(Route route) {
        Operation operation = new Operation()
                .operationId(route.id())
                .summary(route.summary())
                .description(route.description())
                .addTagsItem(tagOf(route.path()))
                .responses(responses(route));
        if (requiresToken && route.isPublic()) {
            operation.security(List.of());
        }
        route.parameters().forEach(parameter -> operation.addParametersItem(parameter(route, parameter)));
        return route.request() == null ? operation : operation.requestBody(requestBody(route));
    }

    private static Parameter parameter(Route route, Route.Parameter parameter) {
        boolean isInPath = route.path().contains("{" + parameter.name() + "}");
        JsonSchema schema = new JsonSchema();
        schema.addType(parameter.type() == String.class ? "string" : "integer");
        if (parameter.type() != String.class) {
            schema.format("int64").minimum(BigDecimal.ZERO);
        }
        if (!isInPath && parameter.example() != null) {
            schema._default(parameter.example());
        }
        return new Parameter()
                .name(parameter.name())
                .in(isInPath ? "path" : "query")
                .required(isInPath)
                .description(parameter.description())
                .schema(isInPath ? refined(parameter.name(), schema) : schema);
    }

    /** The tag that the first part of the path names; {@code broker} if there is no such tag. */
    private static String tagOf(String path) {
        String first = path.split("/", 3)[1];
        if (first.equals("produce") || first.equals("consume") || path.endsWith("/messages")) {
            return "messages";
        }
        return TAGS.stream().map(Tag::getName).filter(first::equals).findFirst().orElse("broker");
    }

    private RequestBody requestBody(Route route) {
        Class<?> type = route.request();
        MediaType media = new MediaType().schema(ref(type));
        return new RequestBody()
                .required(true)
                .content(withText(content(MediaTypes.JSON, media.example(route.example())), route.consumes()));
    }

    /** The answers, with the errors of the HTTP server, those of an invalid body, and those of the engine. */
    private ApiResponses responses(Route route) {
        Map<Integer, Set<String>> refusals = new TreeMap<>();
        refusals.computeIfAbsent(400, status -> new TreeSet<>()).add("BAD_REQUEST");
        if (route.request() != null) {
            refusals.get(400).add("NOT_JSON");
            refuse(refusals, ErrorCode.TOO_LARGE);
            refuse(refusals, ErrorCode.OVERLOADED);
            refusals.computeIfAbsent(415, status -> new TreeSet<>()).add("UNSUPPORTED_MEDIA_TYPE");
            refuse(refusals, ErrorCode.INVALID);
        }
        route.errors().forEach(code -> refuse(refusals, code));
        if (requiresToken && !route.isPublic()) {
            refusals.computeIfAbsent(401, status -> new TreeSet<>()).add("UNAUTHORIZED");
            refuse(refusals, ErrorCode.FORBIDDEN);
        }
        ApiResponses responses = answers(route);
        refusals.forEach((status, codes) -> responses.addApiResponse(status.toString(), refused(status, codes)));
        return responses.addApiResponse(ApiResponses.DEFAULT, otherProblem());
    }

    private static void refuse(Map<Integer, Set<String>> refusals, ErrorCode code) {
        refusals.computeIfAbsent(Problems.status(code), status -> new TreeSet<>())
                .add(code.name());
    }

    private ApiResponses answers(Route route) {
        ApiResponses answers = new ApiResponses()
                .addApiResponse(
                        "200",
                        new ApiResponse()
                                .description("Done.")
                                .content(withText(
                                        content(MediaTypes.JSON, new MediaType().schema(ref(route.response()))),
                                        route.produces())));
        if (route.noContent() != null) {
            answers.addApiResponse("204", new ApiResponse().description(route.noContent() + "."));
        }
        return answers;
    }

    /** The response of all calls that may be refused with these codes. */
    private ApiResponse refused(int status, Set<String> codes) {
        List<Problem> problems = codes.stream()
                .map(code -> new Problem(status, code, DETAIL_EXAMPLE))
                .collect(Collectors.toList());
        String name = codes.stream().map(OpenApi::camelCase).collect(Collectors.joining("Or"));
        String description = problems.stream()
                .map(Problem::body)
                .map(body -> body.title() + " (`" + body.code() + "`)")
                .collect(Collectors.joining(", or ", "", "."));
        return shared(name, description, problems);
    }

    private ApiResponse otherProblem() {
        return shared(
                "OtherProblem",
                "Any other problem, such as 503 `SHUTTING_DOWN` or 500 `INTERNAL`.",
                List.of(Problems.ofStatus(503, null), Problems.ofStatus(500, null)));
    }

    private ApiResponse shared(String name, String description, List<Problem> problems) {
        MediaType media = new MediaType().schema(new JsonSchema().$ref(PROBLEM));
        problems.stream().map(Problem::body).forEach(body -> media.addExamples(body.code(), new Example().value(body)));
        components.addResponses(
                name, new ApiResponse().description(description).content(content(Problems.MEDIA_TYPE, media)));
        return new ApiResponse().$ref(name);
    }

    private static Content content(String type, MediaType media) {
        return new Content().addMediaType(type, media);
    }

    /** Adds the text formats of the same content, with a message on each line. */
    private static Content withText(Content content, List<String> mediaTypes) {
        JsonSchema text = new JsonSchema();
        text.addType("string");
        mediaTypes.forEach(type -> content.addMediaType(type, new MediaType().schema(text)));
        return content;
    }

    private static String camelCase(String code) {
        return Stream.of(code.split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    // Schemas.

    /** A reference to the schema of a record. The document gets the schema, and all schemas that it refers to. */
    private Schema<?> ref(Class<?> type) {
        return models.resolve(new AnnotatedType(type).resolveAsRef(true));
    }

    /** Adds the schemas of all records that were referred to, with constraints that the types of Java do not express. */
    private void addSchemas() {
        models.getDefinedModels().forEach((name, schema) -> {
            fields(schema).replaceAll(OpenApi::refined);
            components.addSchemas(name, schema);
        });
        components.addSchemas(PROBLEM, problem());
        components.addSchemas(START_POSITION, startPosition());
    }

    private static Schema<Object> refined(String field, Schema<Object> schema) {
        if (NAMES.contains(field)) {
            schema.pattern("^" + Names.PATTERN + "$").minLength(1).maxLength(Names.MAX_LENGTH);
        }
        if (EXAMPLES.containsKey(field)) {
            schema.addExample(EXAMPLES.get(field));
        }
        if (schema.get$ref() == null && schema.getTypes() == null) { // an Object
            if (field.equals("value")) {
                schema.types(new LinkedHashSet<>(List.of("string", "null")));
            } else {
                schema.$ref(START_POSITION);
            }
        }
        return schema;
    }

    private static Schema<?> startPosition() {
        JsonSchema word = new JsonSchema();
        word.addType("string");
        word.setEnum(List.of("earliest", "latest"));
        JsonSchema offset = new JsonSchema();
        offset.typesItem("integer").format("int64").minimum(BigDecimal.ZERO);
        return new JsonSchema()
                .description("A position in a partition: a word or an offset.")
                .addOneOfItem(word)
                .addOneOfItem(offset);
    }

    private Schema<?> problem() {
        Schema<?> problem = models.resolve(new AnnotatedType(Problem.Body.class));
        Map<String, Schema<Object>> fields = fields(problem);
        fields.get("code").description("A stable code for programs.");
        fields.get("detail").description("A text for people: what is wrong, and what to do next.");
        problem.setRequired(List.copyOf(fields.keySet()));
        return problem.description("Why a request was refused (RFC 9457).");
    }

    @SuppressWarnings("unchecked") // getProperties() returns raw types
    private static Map<String, Schema<Object>> fields(Schema<?> schema) {
        Map<String, ?> fields = schema.getProperties();
        return fields == null ? new LinkedHashMap<>() : (Map<String, Schema<Object>>) fields;
    }

    /** Reads records as Jackson does, and descriptions from Jackson's annotations. */
    private static final class RecordResolver extends ModelResolver {
        RecordResolver(ObjectMapper json) {
            super(json.copy()); // the resolver changes its mapper
            openapi31(true);
        }

        @Override
        protected String resolveDescription(
                Annotated type, Annotation[] ofField, io.swagger.v3.oas.annotations.media.Schema schema) {
            if (ofField == null) {
                JsonClassDescription description = type.getAnnotation(JsonClassDescription.class);
                return description == null ? null : description.value();
            }
            return Stream.of(ofField)
                    .filter(JsonPropertyDescription.class::isInstance)
                    .map(annotation -> ((JsonPropertyDescription) annotation).value())
                    .findFirst()
                    .orElse(null);
        }
    }
}
