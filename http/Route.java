package http;

import engine.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One call of the API: what serves it and, from the same words, what documents it.
 *
 * @param method GET, POST, ...
 * @param path may have parts in braces: {@code /topics/{topic}}
 * @param id the operation's name in the documentation and in generated clients
 * @param request the record that a JSON body is read into; null if there is no body
 * @param response the record that describes the answer
 * @param parameters in the path and in the query
 * @param maxBodyBytes how large a body may be, if larger than for others
 * @param requestTypes the media types of the body, besides JSON
 * @param responseTypes the media types of the answer, besides JSON
 * @param noContent when the answer is 204; null if it never is
 * @param isForPrograms whether a browser that asks for a page gets one in place of this answer
 * @param takesLong whether its action takes time in proportion to what the broker has, such as all consumers
 * @param errors what the engine may refuse it with
 * @param action from the request to the answer: a record, {@link Payload}, null for 204, a
 *     {@link engine.MessageStream}, or a {@link java.util.concurrent.CompletableFuture} of one of the others
 */
public record Route(
        String method,
        String path,
        String id,
        String summary,
        Class<?> request,
        Class<?> response,
        List<Parameter> parameters,
        int maxBodyBytes,
        List<String> requestTypes,
        List<String> responseTypes,
        String noContent,
        boolean isForPrograms,
        boolean takesLong,
        Set<ErrorCode> errors,
        Function<Call, Object> action) {

    /**
     * A parameter of a path (if its name stands there in braces) or of the query.
     *
     * @param type of its text: String, or long for a whole number
     * @param example also what is used without it, for a number in the query; null if there is none
     */
    public record Parameter(String name, Class<?> type, String description, Object example) {}

    public static Route get(String path, String id, String summary, Class<?> response, Supplier<Object> action) {
        return of("GET", path, id, summary, null, response, call -> action.get());
    }

    public static <T> Route post(
            String path, String id, String summary, Class<T> request, Class<?> response, Function<T, Object> action) {
        return of("POST", path, id, summary, request, response, call -> action.apply(call.body(request)));
    }

    /** A route whose action needs more of the request than a JSON body. */
    public static Route of(
            String method, String path, String id, String summary, Class<?> request, Class<?> response, Function<Call, Object> action) {
        return new Route(method, path, id, summary, request, response, List.of(), 0, List.of(), List.of(), null, false, false, Set.of(), action);
    }

    public Route with(Parameter... parameters) {
        return new Route(method, path, id, summary, request, response, List.of(parameters), maxBodyBytes, requestTypes, responseTypes,
                noContent, isForPrograms, takesLong, errors, action);
    }

    /** This route, which takes larger bodies than others. */
    public Route upTo(int maxBodyBytes) {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, responseTypes,
                noContent, isForPrograms, takesLong, errors, action);
    }

    /** This route, which takes other bodies than JSON, too. */
    public Route taking(String... mediaTypes) {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, List.of(mediaTypes), responseTypes,
                noContent, isForPrograms, takesLong, errors, action);
    }

    /** This route, which gives other answers than JSON to those who accept them. */
    public Route giving(String... mediaTypes) {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, List.of(mediaTypes),
                noContent, isForPrograms, takesLong, errors, action);
    }

    /** This route, and when it answers 204. */
    public Route orNoContent(String when) {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, responseTypes,
                when, isForPrograms, takesLong, errors, action);
    }

    /** This route; a browser that asks for a page gets one in its place. */
    public Route butNotToBrowsers() {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, responseTypes,
                noContent, true, takesLong, errors, action);
    }

    /** This route, and what the engine may refuse it with, besides an invalid field. */
    public Route refusedWith(ErrorCode... codes) {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, responseTypes,
                noContent, isForPrograms, takesLong, Set.of(codes), action);
    }

    /** This route, whose action takes time in proportion to what the broker has. */
    public Route takingLong() {
        return new Route(method, path, id, summary, request, response, parameters, maxBodyBytes, requestTypes, responseTypes,
                noContent, isForPrograms, true, errors, action);
    }

    /**
     * Whether its action may wait for a disk. What only reads does not; for a delivery, which is what may have no content, the engine
     * takes another thread by itself if it has to.
     */
    boolean mayWaitForDisk() {
        return !method.equals("GET") && noContent == null;
    }
}
