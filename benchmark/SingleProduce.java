package benchmark;

import java.io.IOException;
import java.util.List;

/** One message a request from 32 connections: our broker beside a bare Javalin and the FastAPI original. */
final class SingleProduce implements Measure {
    private static final String WHAT = "one message a request, 32 connections";
    private static final String TOPIC = "{\"topic\":\"bench\"}";

    @Override
    public String name() {
        return "single";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.WRK)) {
            return List.of(Row.skipped(WHAT, Tool.WRK));
        }
        Comparison toJavalin = new Comparison(WHAT, "bare Javalin", Format.PER_SECOND, Bar.atLeast(0.85));
        Comparison toFastApi = new Comparison(WHAT, "FastAPI original", Format.PER_SECOND, Bar.atLeast(4.0));
        Wrk wrk = new Wrk(bench);
        int seconds = bench.scale().loadSeconds();
        try (OurBroker ours = OurBroker.start(bench);
                Server javalin = bareJavalin(bench);
                Server fastApi = fastApi(bench)) {
            ours.register("bench");
            wrk.load(ours.url(), seconds);
            wrk.load(javalin.url(), seconds);
            for (int round = 1; round <= bench.repeat(); round++) {
                double our = wrk.load(ours.url(), seconds);
                toJavalin.add(our, wrk.load(javalin.url(), seconds));
                if (fastApi != null) {
                    toFastApi.add(our, wrk.load(fastApi.url(), seconds));
                }
            }
            return List.of(toJavalin.row(), fastApi == null ? Row.skipped(WHAT, Tool.FASTAPI) : toFastApi.row());
        }
    }

    static Server bareJavalin(Bench bench) throws IOException, InterruptedException {
        int port = bench.freePort();
        return Server.healthy(
                bench, null, port, List.of("./jbang", "benchmark/peers/BareJavalin.java", String.valueOf(port)));
    }

    /** The FastAPI original with the topic that is produced to; null if FastAPI is not here. */
    private static Server fastApi(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.FASTAPI)) {
            return null;
        }
        int port = bench.freePort();
        Server server = Server.healthy(
                bench,
                null,
                port,
                List.of("/usr/bin/python3", "benchmark/peers/fastapi_broker.py", String.valueOf(port)));
        try (HttpConnection connection = new HttpConnection(port)) {
            connection.exchange("POST", "/topics/register", TOPIC).expectOk();
        }
        return server;
    }
}
