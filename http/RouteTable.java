package http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;

/** Finds routes by path. Safe for any number of threads. */
public final class RouteTable {
    private static final Match NONE = new Match(Map.of(), Map.of());

    /** By path, then by method. */
    private final Map<String, Map<String, Route>> routes = new HashMap<>();

    private final PathMappings<Map<String, Route>> routesWithParameters = new PathMappings<>();

    /**
     * The routes of a path.
     *
     * @param routes by method; empty if there are none
     * @param parameters of the path
     */
    record Match(Map<String, Route> routes, Map<String, String> parameters) {
        /** Null if there is none. A route for GET also serves HEAD. */
        Route route(String method) {
            return routes.get(method.equals("HEAD") ? "GET" : method);
        }
    }

    public RouteTable(List<Route> routes) {
        for (Route route : routes) {
            this.routes.computeIfAbsent(route.path(), path -> new TreeMap<>()).put(route.method(), route);
        }
        this.routes.forEach((path, methods) -> {
            if (path.contains("{")) {
                routesWithParameters.put(new UriTemplatePathSpec(path), methods);
            }
        });
    }

    Match match(String path) {
        Map<String, Route> exact = routes.get(path);
        if (exact != null) {
            return new Match(exact, Map.of());
        }
        MatchedResource<Map<String, Route>> match = routesWithParameters.getMatched(path);
        return match == null
                ? NONE
                : new Match(match.getResource(), ((UriTemplatePathSpec) match.getPathSpec()).getPathParams(path));
    }
}
