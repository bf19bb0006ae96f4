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
 * Decides what is 404 and what is 405, for the calls of the API and for the pages that Javalin serves alike. Safe for any number of threads.
 */
final class NotRouted {
    private final Set<String> paths;
    private final InternalRouter pages;

    /**
     * @param paths of the calls, for hints
     * @param pages what Javalin serves; it may grow until the server is started
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
     * What a request gets that neither the API nor Javalin serves.
     *
     * @param methods of the calls that its path has
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
        return new Problem(405, "METHOD_NOT_ALLOWED", path + " takes " + list + ", not " + request.getMethod() + ".");
    }

    Problem notFound(String method, String path) {
        String hint = Names.nearest(path, paths)
                .map(near -> " Did you mean " + near + "?")
                .orElse("");
        return new Problem(
                404, "NOT_FOUND", "There is no " + method + " " + path + "." + hint + " GET /docs shows every call.");
    }
}
