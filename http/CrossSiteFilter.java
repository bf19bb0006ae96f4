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
 * Prevents pages of other sites from using the broker through the browser of a visitor. It checks three headers. Programs other
 * than browsers send only {@code Host}.
 *
 * <ul>
 * <li>{@code Origin}: browsers send it with requests from a page to another site. It must be the broker's own, or an allowed name.
 * <li>{@code Sec-Fetch-Site} (W3C Fetch Metadata): it must not say that another site sent the request, unless the user followed a link.
 * <li>{@code Host}: it must be an address, or a name that no site on the internet can have: see {@link LocalNames}. Other names must be
 *     allowed. Otherwise any site could resolve its own name to the address of the broker (DNS rebinding).
 * </ul>
 *
 * The filter does not protect against a hostile top-level domain, or a hostile machine in the same network.
 */
final class CrossSiteFilter extends RefusingHandler {
    private static final Pattern ORIGIN = Pattern.compile("https?://([^:/@?#]+)(:\\d+)?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final LocalNames localNames = new LocalNames();
    private final Set<String> allowedHosts;

    /** A cache, because nearly all requests have the same host. */
    private volatile String lastAllowedHost;

    CrossSiteFilter(Handler routes, Set<String> allowedHosts, JsonBodies bodies, RequestStats stats) {
        super(routes, bodies, stats);
        this.allowedHosts =
                allowedHosts.stream().map(CrossSiteFilter::normalized).collect(Collectors.toSet());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String refusal = refusal(request);
        return refusal == null
                ? super.handle(request, response, callback)
                : refuse(new Problem(403, "FORBIDDEN", refusal), request, response, callback);
    }

    /** Why the request is refused; null if it is not. */
    private String refusal(Request request) {
        String host = request.getHttpURI().getHost();
        if (host != null && !host.equals(lastAllowedHost) && !isAllowed(host)) {
            return "The broker does not accept requests for the host name " + host
                    + ". Use its address, or start it with --allow-host " + host + ".";
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !isOwn(origin, request.getHeaders().get(HttpHeader.HOST))) {
            return "A page of " + origin
                    + " may not use this broker. Only the broker's own pages and programs other than browsers may. If a proxy serves "
                    + "the broker under this name, start the broker with --allow-host " + hostOf(origin) + ".";
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

    /** In lower case, without a trailing dot. */
    private static String normalized(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    }

    /** A proxy may replace the {@code Host} of the address bar. Therefore an allowed name is accepted with any {@code Host}. */
    private boolean isOwn(String origin, String host) {
        return (host != null
                        && (origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host)))
                || allowedHosts.contains(normalized(hostOf(origin)));
    }

    /** The name in {@code https://name:port}; the origin itself if it has another form, such as {@code null}. */
    private static String hostOf(String origin) {
        Matcher parts = ORIGIN.matcher(origin);
        return parts.matches() ? parts.group(1) : origin;
    }

    private static boolean isLink(Request request) {
        return HttpMethod.GET.is(request.getMethod())
                && "navigate".equals(request.getHeaders().get("Sec-Fetch-Mode"));
    }
}
