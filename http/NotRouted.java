package http;

import engine.Names;
import io.javalin.http.HandlerType;
import io.javalin.router.InternalRouter;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Answers requests that match neither a call of the API nor a page of Javalin: 404 or 405. Safe for any number of threads.
 */
final class NotRouted {
    private final Set<String> paths;
    private final InternalRouter pages;

    /**
     * @param paths the paths of the calls, for suggestions
     * @param pages the routes of Javalin, which may still grow until the server starts
     */
    NotRouted(Set<String> paths, InternalRouter pages) {
        this.paths = paths;
        this.pages = pages;
    }

    /** Whether Javalin serves a request. */
    boolean isPage(Request request) {
        return pages.hasHttpHandlerEntry(
                HandlerType.findOrDefault(request.getMethod()), Request.getPathInContext(request));
    }

    /**
     * The answer to a request that neither the API nor Javalin serves. If it is 405, the header {@code Allow} is set.
     *
     * @param methods the methods of the calls with this path
     */
    Problem problem(Request request, Response response, Set<String> methods) {
        String path = Request.getPathInContext(request);
        Set<String> allowed = Stream.concat(
                        methods.stream(),
                        HandlerType.commonHttp().stream()
                                .filter(type -> pages.hasHttpHandlerEntry(type, path))
                                .map(HandlerType::name))
                .collect(Collectors.toCollection(TreeSet::new));
        if (allowed.isEmpty()) {
            return notFound(request.getMethod(), path);
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        String list = String.join(", ", allowed);
        response.getHeaders().put(HttpHeader.ALLOW, list);
        return new Problem(405, "METHOD_NOT_ALLOWED", path + " accepts " + list + ", not " + request.getMethod() + ".");
    }

    Problem notFound(String method, String path) {
        String hint = Names.nearest(path, paths)
                .map(near -> " Did you mean " + near + "?")
                .orElse("");
        return new Problem(
                404, "NOT_FOUND", "There is no " + method + " " + path + "." + hint + " GET /docs shows all calls.");
    }
}
