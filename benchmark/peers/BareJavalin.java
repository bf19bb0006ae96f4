///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION The least that a Javalin server can do: read the body, answer 200. What the broker is measured against.
//JAVA 17+
//DEPS io.javalin:javalin:7.2.3
//DEPS org.slf4j:slf4j-nop:2.0.20
import io.javalin.Javalin;

public class BareJavalin {
    public static void main(String... args) {
        Javalin.create(config -> {
                    config.routes.get("/health", ctx -> ctx.result("ok"));
                    config.routes.post("/produce", ctx -> {
                        ctx.bodyAsBytes();
                        ctx.status(200);
                    });
                })
                .start("127.0.0.1", Integer.parseInt(args[0]));
    }
}
