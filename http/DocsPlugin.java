package http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.plugin.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Serves the OpenAPI document at {@code /openapi.json} and Swagger UI at {@code /docs}. All files are resources of the broker,
 * so both work without access to the internet.
 *
 * <p>The document is created on the first request and then kept, so that it does not delay the start.
 */
public final class DocsPlugin extends Plugin<DocsPlugin.Config> {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>mini-kafka</title>
              <link rel="icon" type="image/png" href="docs/favicon-32x32.png">
              <link rel="stylesheet" href="docs/swagger-ui.css">
            </head>
            <body>
              <div id="swagger-ui">
                <p>Loading. If this text stays, the script of this page has not started. If there is a proxy between this page and the broker, start the
                broker with <code>--allow-host NAME</code>, where NAME is the host name in the address bar.</p>
              </div>
              <script src="docs/swagger-ui-bundle.js"></script>
              <script src="docs/start.js"></script>
            </body>
            </html>
            """;

    private static final String START = """
            SwaggerUIBundle({
              url: 'openapi.json', dom_id: '#swagger-ui', deepLinking: true, tryItOutEnabled: true, validatorUrl: null
            });
            """;

    /** The page loads nothing from other sites, and no other page may embed it. Swagger UI needs inline styles. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** The files of Swagger UI that the page uses, and their media types. No other file is served. */
    private static final Map<String, String> ASSETS = Map.of(
            "swagger-ui.css", "text/css;charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript;charset=utf-8",
            "favicon-32x32.png", "image/png");

    @GuardedBy("this")
    private byte[] document;

    /** The API to document. */
    public static final class Config {
        /** The routes of the API. */
        public List<Route> routes = List.of();

        /** Reads and writes the records of the routes. It is called on first use. */
        public Supplier<? extends ObjectMapper> json;

        /** Whether the calls need a token. */
        public boolean requiresToken;

        /** Where this server differs from the documented API. It is called on first use. */
        public Supplier<List<Difference>> differences = List::of;

        /** The version of the broker. */
        public String version = "";
    }

    public DocsPlugin(Consumer<Config> userConfig) {
        super(userConfig, new Config());
    }

    @Override
    public void onInitialize(JavalinState config) {
        serve(
                config,
                "/openapi.json",
                ctx -> ctx.contentType(MediaTypes.withCharset(MediaTypes.JSON)).result(document()));
        serve(config, "/docs", ctx -> {
            if (ctx.path().endsWith("/")) {
                ctx.redirect("../docs"); // the paths of the page are relative, so that it works below a path of a proxy
                return;
            }
            ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "no-referrer")
                    .contentType("text/html;charset=utf-8")
                    .result(PAGE);
        });
        serve(
                config,
                "/docs/start.js",
                ctx -> ctx.contentType("text/javascript;charset=utf-8").result(START));
        ASSETS.forEach((name, type) -> serve(config, "/docs/" + name, ctx -> serve(name, type, ctx)));
    }

    /** Serves GET and HEAD, with the same headers. */
    static void serve(JavalinState config, String path, Handler handler) {
        config.routes.get(path, handler);
        config.routes.head(path, handler);
    }

    private synchronized byte[] document() {
        if (document == null) {
            document = OpenApi.document(
                    pluginConfig.routes,
                    pluginConfig.json.get(),
                    pluginConfig.version,
                    pluginConfig.requiresToken,
                    pluginConfig.differences.get());
        }
        return document;
    }

    private static void serve(String asset, String type, Context ctx) throws IOException {
        String folder = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
        ctx.contentType(type).header("Cache-Control", "max-age=3600").result(resource(folder + asset));
    }

    /** The version on the class path, so that only {@code //DEPS} names a version. */
    private static String swaggerUiVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resource("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    private static InputStream resource(String path) {
        return DocsPlugin.class.getResourceAsStream(path);
    }
}
