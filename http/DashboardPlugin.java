package http;

import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.plugin.Plugin;
import io.nayuki.qrcodegen.QrCode;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Serves the dashboard to browsers that request {@code /}, and its scripts and style sheet. The files are resources of the broker,
 * so the dashboard works without access to the internet. Each file is read when it is requested.
 */
public final class DashboardPlugin extends Plugin<Void> {
    /** The page loads nothing from other sites and has no inline scripts or styles. No other page may embed it. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Served only at {@code /}, because its links are relative. Relative links work below a path of a proxy, too. */
    private static final String PAGE = "index.html";

    private static final List<String> FILES = List.of(
            "style.css",
            "actions.js",
            "address.js",
            "app.js",
            "badges.js",
            "broker.js",
            "consumer-actions.js",
            "consumers.js",
            "deliveries.js",
            "demo.js",
            "details.js",
            "events.js",
            "heartbeat.js",
            "history.js",
            "lanes.js",
            "lessons.js",
            "members.js",
            "motion.js",
            "murmur2.js",
            "overview.js",
            "payload.js",
            "producer.js",
            "session.js",
            "share.js",
            "state.js",
            "timebar.js",
            "timeline.js",
            "token.js",
            "topics.js",
            "tour.js");

    /** Media types by the end of a file's name. */
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "css", "text/css", "js", "text/javascript");

    /** A QR code of a text of so many characters can still be read from a projector. */
    private static final int MAX_QR_CHARACTERS = 300;

    /**
     * The route that tells the page its addresses.
     *
     * @param addresses the URLs at which other machines reach the broker; empty if it listens on this machine only
     */
    public static Route addresses(Supplier<List<String>> addresses) {
        return Route.get("/dashboard/addresses", call -> Map.of("addresses", addresses.get()))
                .requires(Action.DESCRIBE);
    }

    @Override
    public void onInitialize(JavalinState config) {
        DocsPlugin.serve(config, "/", ctx -> serve(PAGE, ctx));
        FILES.forEach(name -> DocsPlugin.serve(config, "/dashboard/" + name, ctx -> serve(name, ctx)));
        DocsPlugin.serve(config, "/dashboard/qr.svg", DashboardPlugin::serveQrCode);
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

    /** The QR code of the parameter {@code text} as an SVG, black on white with the quiet zone of ISO/IEC 18004: 4 modules. */
    private static void serveQrCode(Context ctx) {
        String text = ctx.queryParam("text");
        if (text == null || text.isEmpty() || text.length() > MAX_QR_CHARACTERS) {
            throw Problems.invalid("text", "must have 1 to " + MAX_QR_CHARACTERS + " characters.");
        }
        ctx.contentType("image/svg+xml;charset=utf-8").result(svg(QrCode.encodeText(text, QrCode.Ecc.MEDIUM)));
    }

    private static String svg(QrCode code) {
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M').append(x + 4).append(' ').append(y + 4).append("h1v1h-1z");
                }
            }
        }
        int size = code.size + 8;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size
                + "\" shape-rendering=\"crispEdges\">" + "<path fill=\"#fff\" d=\"M0 0h" + size + "v" + size
                + "H0z\"/><path d=\"" + path + "\"/></svg>";
    }
}
