package http;

import engine.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One call of the API: what serves it and, from the same words, what documents it. It is built once and never changed after that, so that it
 * is safe for any number of threads.
 */
public final class Route {
    private final String method;
    private final String path;
    private final Class<?> request;
    private final Function<Call, ?> action;
    private String id;
    private String summary;
    private String description;
    private Class<?> response;
    private Map<String, Object> example = Map.of();
    private List<Parameter> parameters = List.of();
    private int maxBody;
    private List<String> consumes = List.of();
    private List<String> produces = List.of();
    private String noContent;
    private boolean hasHtmlInstead;
    private boolean isSlow;
    private boolean isWaiting;
    private Set<ErrorCode> errors = Set.of();

    /**
     * A parameter of a path (if its name stands there in braces) or of the query.
     *
     * @param type of its text: String, or long for a whole number
     * @param example also what is used without it, for a number in the query; null if absent
     */
    public record Parameter(String name, Class<?> type, String description, Object example) {}

    private Route(String method, String path, Class<?> request, Function<Call, ?> action) {
        this.method = method;
        this.path = path;
        this.request = request;
        this.action = action;
    }

    /**
     * @param path may have parts in braces: {@code /topics/{topic}}
     * @param action from the request to the answer: a record, {@link engine.EncodedMessages}, a {@link LongAnswer}, a {@link
     *     engine.MessageStream}, null for 204, or a {@link java.util.concurrent.CompletableFuture} of one of the others
     */
    public static Route get(String path, Function<Call, ?> action) {
        return new Route("GET", path, null, action);
    }

    public static Route delete(String path, Function<Call, ?> action) {
        return new Route("DELETE", path, null, action);
    }

    /** @param request the record that a JSON body is read into */
    public static <T> Route post(String path, Class<T> request, Function<T, ?> action) {
        return new Route("POST", path, request, call -> action.apply(call.body(request)));
    }

    /** A route whose action needs more of the request than its JSON body, which {@code request} describes. */
    public static Route postCall(String path, Class<?> request, Function<Call, ?> action) {
        return new Route("POST", path, request, action);
    }

    /** The name of the call in the documentation and in generated clients, and what it does in a few words. */
    public Route documented(String id, String summary, String description) {
        this.id = id;
        this.summary = summary;
        this.description = description;
        return this;
    }

    /** The record that describes the answer. */
    public Route answers(Class<?> response) {
        this.response = response;
        return this;
    }

    /** The fields of a body that can be sent as it is: names and values in turns. */
    public Route example(Object... fields) {
        example = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            example.put((String) fields[i], fields[i + 1]);
        }
        return this;
    }

    public Route parameters(Parameter... parameters) {
        this.parameters = List.of(parameters);
        return this;
    }

    /** How large a body may be, in bytes, if larger than for others. */
    public Route maxBody(int bytes) {
        maxBody = bytes;
        return this;
    }

    /** The media types of the body, besides JSON. */
    public Route consumes(String... mediaTypes) {
        consumes = List.of(mediaTypes);
        return this;
    }

    /** The media types of the answer, besides JSON. */
    public Route produces(String... mediaTypes) {
        produces = List.of(mediaTypes);
        return this;
    }

    /** When the answer is 204. */
    public Route orNoContent(String when) {
        noContent = when;
        return this;
    }

    /** A browser that asks for a page gets one in place of this answer. */
    public Route htmlInstead() {
        hasHtmlInstead = true;
        return this;
    }

    /** What the broker may refuse the call with, besides an invalid field. */
    public Route errors(ErrorCode... codes) {
        errors = Set.of(codes);
        return this;
    }

    /** The action takes time in proportion to what the broker has, such as all consumers. */
    public Route slow() {
        isSlow = true;
        return this;
    }

    /** The answer may wait for messages: a client that leaves ends it. */
    public Route waits() {
        isWaiting = true;
        return this;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    /** Null if there is no body. */
    Class<?> request() {
        return request;
    }

    Function<Call, ?> action() {
        return action;
    }

    String id() {
        return id;
    }

    String summary() {
        return summary;
    }

    String description() {
        return description;
    }

    Class<?> response() {
        return response;
    }

    Map<String, Object> example() {
        return example;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    int maxBody() {
        return maxBody;
    }

    List<String> consumes() {
        return consumes;
    }

    List<String> produces() {
        return produces;
    }

    /** Null if it is never 204. */
    String noContent() {
        return noContent;
    }

    boolean hasHtmlInstead() {
        return hasHtmlInstead;
    }

    boolean isSlow() {
        return isSlow;
    }

    Set<ErrorCode> errors() {
        return errors;
    }

    /** Whether its answer may wait for messages: then a client that leaves ends it. */
    boolean isWaiting() {
        return isWaiting;
    }
}
