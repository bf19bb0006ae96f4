package benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Produces one 100-byte message a request, from 32 connections on one thread, with wrk. */
final class Wrk {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");

    private final Bench bench;
    private final Path script;

    Wrk(Bench bench) throws IOException {
        this(bench, null);
    }

    /** @param token that each request has; null for none */
    Wrk(Bench bench, String token) throws IOException {
        this.bench = bench;
        String body = OurBroker.message("bench");
        this.script = Files.writeString(
                bench.temporary("produce.lua"),
                "wrk.method = 'POST'\nwrk.body = '" + body + "'\nwrk.headers['Content-Type'] = 'application/json'\n"
                        + (token == null ? "" : "wrk.headers['Authorization'] = 'Bearer " + token + "'\n"));
    }

    /** Requests a second, all of them answered with 2xx. */
    double load(String url, int seconds) throws IOException, InterruptedException {
        String out = bench.processes()
                .run(
                        Duration.ofSeconds(seconds + 60),
                        "wrk",
                        "--threads",
                        "1",
                        "--connections",
                        "32",
                        "--duration",
                        seconds + "s",
                        "--script",
                        script.toString(),
                        url + "/produce")
                .out();
        Matcher rate = RATE.matcher(out);
        if (out.contains("Non-2xx") || out.contains("Socket errors") || !rate.find()) {
            throw new IOException("not all requests were answered as they should be: " + out.strip());
        }
        return Double.parseDouble(rate.group(1));
    }
}
