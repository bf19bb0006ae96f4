package http;

import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.plugin.Plugin;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * Serves the dashboard to browsers that request {@code /}, and its scripts and style sheet. The files are resources of the broker,
 * so the dashboard works without access to the internet. Each file is read when it is requested.
 */
public final class DashboardPlugin extends Plugin<Void> {
    /** The page loads nothing from other sites and has no inline scripts or styles. No other page may embed it. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Served only at {@code /}, because its links are relative. Relative links work below a path of a proxy, too. */
    private static final String PAGE = "index.html";

    private static final List<String> FILES = List.of(
            "style.css",
            "address.js",
            "app.js",
            "badges.js",
            "broker.js",
            "consumers.js",
            "events.js",
            "history.js",
            "lanes.js",
            "motion.js");

    /** Media types by the end of a file's name. */
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "css", "text/css", "js", "text/javascript");

    @Override
    public void onInitialize(JavalinState config) {
        DocsPlugin.serve(config, "/", ctx -> serve(PAGE, ctx));
        FILES.forEach(name -> DocsPlugin.serve(config, "/dashboard/" + name, ctx -> serve(name, ctx)));
    }

    private static void serve(String name, Context ctx) {
        InputStream file = DashboardPlugin.class.getResourceAsStream("/dashboard/" + name);
        ctx.contentType(TYPES.get(name.substring(name.lastIndexOf('.') + 1)) + ";charset=utf-8")
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-cache")
                .result(file);
    }
}
