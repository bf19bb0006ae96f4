package http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps other sites' pages from using the broker through a visitor's browser. Programs that are no browsers send none of what
 * it looks at, but for the Host that they were given.
 *
 * <ul>
 * <li>{@code Origin}, which browsers send with whatever a page does to another site, has to be the broker's own, or an allowed name.
 * <li>{@code Sec-Fetch-Site} (W3C Fetch Metadata) has to say that no other site has asked, unless a link was followed.
 * <li>{@code Host} has to be an address, or a name that no site on the internet can have: see {@link LocalNames}. Otherwise any site
 *     could give its own name the address of the broker (DNS rebinding). Other names have to be allowed. A hostile top-level domain, or
 *     a hostile machine of the same network, is not guarded against.
 * </ul>
 */
final class CrossSiteFilter extends Handler.Wrapper {
    private static final Pattern ORIGIN = Pattern.compile("https?://([^:/@?#]+)(:\\d+)?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final int FORBIDDEN = 403;

    private final LocalNames localNames = new LocalNames();
    private final Set<String> allowedHosts;
    private final JsonBodies bodies;
    private final RequestStats stats;

    /** Which nearly all requests name. */
    private volatile String lastAllowedHost;

    CrossSiteFilter(Handler routes, Set<String> allowedHosts, JsonBodies bodies, RequestStats stats) {
        super(routes);
        this.stats = stats;
        this.allowedHosts =
                allowedHosts.stream().map(CrossSiteFilter::normalized).collect(Collectors.toSet());
        this.bodies = bodies;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String refusal = refusal(request);
        if (refusal == null) {
            return super.handle(request, response, callback);
        }
        stats.addOther(FORBIDDEN, request);
        Answers.refuseUnread(new Problem(FORBIDDEN, "FORBIDDEN", refusal), request, response, callback, bodies);
        return true;
    }

    /** Null if there is none. */
    private String refusal(Request request) {
        String host = request.getHttpURI().getHost();
        if (host != null && !host.equals(lastAllowedHost) && !isAllowed(host)) {
            return "The broker does not answer to the name " + host
                    + ". Use its address, or start it with --allow-host " + host + ".";
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !isOwn(origin, request.getHeaders().get(HttpHeader.HOST))) {
            return "A page of " + origin
                    + " may not use this broker. Only the broker's own page may, and programs that are no browsers. If a proxy serves "
                    + "the broker under this name, start it with --allow-host " + hostOf(origin) + ".";
        }
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !OWN_SITE.contains(site) && !isLink(request)) {
            return "A page of another site may not use this broker.";
        }
        return null;
    }

    private boolean isAllowed(String host) {
        String name = normalized(host);
        boolean isAllowed = localNames.contains(name) || allowedHosts.contains(name);
        if (isAllowed) {
            lastAllowedHost = host;
        }
        return isAllowed;
    }

    /** In lower case, and without the dot that a name may end in. */
    private static String normalized(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    }

    /** A proxy may have put another {@code Host} in place of the one in the address bar, but an allowed name is trusted in any case. */
    private boolean isOwn(String origin, String host) {
        return (host != null
                        && (origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host)))
                || allowedHosts.contains(normalized(hostOf(origin)));
    }

    /** The name in {@code https://name:port}; the origin itself if it is none, such as {@code null}. */
    private static String hostOf(String origin) {
        Matcher parts = ORIGIN.matcher(origin);
        return parts.matches() ? parts.group(1) : origin;
    }

    private static boolean isLink(Request request) {
        return HttpMethod.GET.is(request.getMethod())
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
    }
}
