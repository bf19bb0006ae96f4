package http;

import engine.ErrorCode;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One call of the API: what serves it and, from the same words, what documents it.
 *
 * @param method GET, POST, ...
 * @param id the operation's name in the documentation and in generated clients
 * @param request the record that the JSON body is read into; null if there is no body
 * @param response the record that describes the answer
 * @param noContent when the answer is 204; null if it never is
 * @param errors what the engine may refuse it with
 * @param action from the request to the answer: a record, the bytes of a JSON text, or null for 204
 */
public record Route(
        String method,
        String path,
        String id,
        String summary,
        Class<?> request,
        Class<?> response,
        String noContent,
        Set<ErrorCode> errors,
        Function<Object, Object> action) {

    public static Route get(String path, String id, String summary, Class<?> response, Supplier<Object> action) {
        return new Route("GET", path, id, summary, null, response, null, Set.of(), body -> action.get());
    }

    public static <T> Route post(
            String path, String id, String summary, Class<T> request, Class<?> response, Function<T, Object> action) {
        return new Route("POST", path, id, summary, request, response, null, Set.of(), body -> action.apply(request.cast(body)));
    }

    /** This route, and when it answers 204. */
    public Route orNoContent(String when) {
        return new Route(method, path, id, summary, request, response, when, errors, action);
    }

    /** This route, and what the engine may refuse it with, besides an invalid field. */
    public Route refusedWith(ErrorCode... codes) {
        return new Route(method, path, id, summary, request, response, noContent, Set.of(codes), action);
    }
}
