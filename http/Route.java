package http;

import engine.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A call of the API: its handler and its documentation. A route does not change after it is built, so it is then safe for any number of
 * threads.
 */
public final class Route {
    private final String method;
    private final String path;
    private final Class<?> request;
    private Function<Call, ?> action;
    private Action required;
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
     * A parameter of the path, if the path contains its name in braces, otherwise of the query.
     *
     * @param type {@code String}, or {@code long} for a whole number from 0
     * @param example an example, and the documented default of a parameter in the query; null if absent
     */
    public record Parameter(String name, Class<?> type, String description, Object example) {}

    private Route(String method, String path, Class<?> request, Function<Call, ?> action) {
        this.method = method;
        this.path = path;
        this.request = request;
        this.action = action;
    }

    /**
     * @param path may have parameters in braces: {@code /topics/{topic}}
     * @param action returns the answer: a record, {@link engine.EncodedMessages}, a {@link LongAnswer}, a {@link
     *     engine.MessageStream}, null for 204, or a {@link java.util.concurrent.CompletableFuture} of one of the others
     */
    public static Route get(String path, Function<Call, ?> action) {
        return new Route("GET", path, null, action);
    }

    public static Route delete(String path, Function<Call, ?> action) {
        return new Route("DELETE", path, null, action);
    }

    /** @param request the record that the JSON body is parsed into */
    public static <T> Route post(String path, Class<T> request, Function<T, ?> action) {
        return new Route("POST", path, request, call -> action.apply(call.body(request)));
    }

    /** A route whose action needs more of the request than its JSON body. The record {@code request} describes the body. */
    public static Route postCall(String path, Class<?> request, Function<Call, ?> action) {
        return new Route("POST", path, request, action);
    }

    /**
     * Sets the documentation.
     *
     * @param id the name of the call in the documentation and in generated clients
     * @param summary what the call does, in a few words
     */
    public Route documented(String id, String summary, String description) {
        this.id = id;
        this.summary = summary;
        this.description = description;
        return this;
    }

    /** Sets what the call does, for access rules. */
    public Route requires(Action action) {
        required = action;
        return this;
    }

    /** Runs a check before each call. The call fails with what the check throws. */
    public Route checkedBy(Runnable check) {
        return around(unchecked -> call -> {
            check.run();
            return unchecked.apply(call);
        });
    }

    /** Replaces the action by one that calls it, for example to send some calls to another server. */
    public Route around(UnaryOperator<Function<Call, ?>> wrapper) {
        action = wrapper.apply(action);
        return this;
    }

    /** Sets the record that describes the answer. */
    public Route answers(Class<?> response) {
        this.response = response;
        return this;
    }

    /** Sets the fields of an example body, which can be sent unchanged: a name, its value, the next name, and so on. */
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

    /** Sets the maximum size of a body, in bytes, if it is larger than the default. */
    public Route maxBody(int bytes) {
        maxBody = bytes;
        return this;
    }

    /** Sets the media types of the body, besides JSON. */
    public Route consumes(String... mediaTypes) {
        consumes = List.of(mediaTypes);
        return this;
    }

    /** Sets the media types of the answer, besides JSON. */
    public Route produces(String... mediaTypes) {
        produces = List.of(mediaTypes);
        return this;
    }

    /** Documents that the answer may be 204, and when. */
    public Route orNoContent(String when) {
        noContent = when;
        return this;
    }

    /** A browser that accepts HTML gets a page instead of this answer. */
    public Route htmlInstead() {
        hasHtmlInstead = true;
        return this;
    }

    /** Sets the errors that the engine may refuse the call with, besides an invalid field. */
    public Route errors(ErrorCode... codes) {
        errors = Set.of(codes);
        return this;
    }

    /** Runs the action on the pool, because its time grows with the state of the broker, such as the number of consumers. */
    public Route slow() {
        isSlow = true;
        return this;
    }

    /** Declares that the answer may wait for messages. The call is cancelled when the client disconnects. */
    public Route waits() {
        isWaiting = true;
        return this;
    }

    /** What the call does, for access rules. */
    public Action required() {
        return required;
    }

    boolean isPublic() {
        return required == Action.PUBLIC;
    }

    public String method() {
        return method;
    }

    public String path() {
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

    public Map<String, Object> example() {
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

    /** Whether the answer may wait for messages. Then the call is cancelled when the client disconnects. */
    boolean isWaiting() {
        return isWaiting;
    }
}
