package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Changes the bytes of requests, without regard to what they mean or just because of it. Immutable. */
final class Mutations {
    private static final List<String> BYTES = List.of(
            "\0",
            "\r",
            "\n",
            "\r\n",
            "\r\n\r\n",
            " ",
            "\t",
            "%",
            "%00",
            "%ff",
            "\"",
            "\\",
            "{",
            "]",
            ":",
            ",",
            ";",
            "/",
            "?",
            "#",
            "&",
            "=",
            "\u007f",
            "\u0080",
            "\u00ff",
            "\u00c0\u00af",
            "\u00ef\u00bb\u00bf",
            "\\u2028",
            "\\ud800",
            "0",
            "-",
            "e",
            "null");

    private static final List<String> HEADERS = List.of(
            "Content-Length: 0",
            "Content-Length: 5",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 4294967297",
            "Content-Length: 1, 1",
            "Content-Length: +7",
            "Content-Length: 0x10",
            "Content-Length:",
            "Content-Length: 3000000",
            "Content-Length : 7",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding:\tchunked",
            "Transfer-encoding: CHUNKED",
            "Content-Encoding: gzip",
            "Content-Encoding: br",
            "Content-Encoding: identity",
            "Content-Type: text/plain",
            "Content-Type: application/x-ndjson",
            "Content-Type: text/plain; charset=utf-16",
            "Content-Type: text/plain; charset=\"",
            "Content-Type: application/json; charset=x",
            "Content-Type:",
            "Content-Type: \0",
            "Accept: application/x-ndjson",
            "Accept: text/html",
            "Accept: ;q=",
            "Accept: */*;q=0",
            "Accept-Encoding: gzip",
            "Expect: 100-continue",
            "Expect: 200-maybe",
            "Connection: close",
            "Connection: keep-alive, Upgrade",
            "Upgrade: websocket",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            "Host:",
            "Host: a b",
            "Host: evil.example.com",
            "Host: [::1",
            "Host: 127.0.0.1:99999",
            "Host: \u00ff",
            "Host: " + "a.".repeat(4000) + "lan",
            "Origin: null",
            "Origin: http://" + "a.".repeat(4000) + "lan",
            "Origin: http://evil.example.com",
            "Sec-Fetch-Site: cross-site",
            "Last-Event-ID: 0.1.-1",
            "Last-Event-ID: \u00ff",
            "Last-Event-ID: 99999999999999999999",
            "Last-Event-ID: -",
            "Range: bytes=0-1",
            "If-None-Match: *",
            "Cookie: " + "c=1; ".repeat(2000),
            "X: " + "y".repeat(40_000),
            "X" + "y".repeat(70_000) + ": 1",
            "X: \0",
            "X",
            ": x",
            " folded",
            "X: a\r\n b",
            "X: a\nY: b",
            "X: a\rY: b",
            "\u00fc: x",
            "Traceparent: 00",
            "Trailer: X",
            "Authorization: Bearer x",
            "X-HTTP-Method-Override: DELETE",
            "Forwarded: for=\"",
            "Proxy-Connection: x",
            "Keep-Alive: timeout=-1",
            "TE: trailers",
            "Date: x");

    private static final List<String> START_LINES = List.of(
            "OPTIONS * HTTP/1.1",
            "GET http://127.0.0.1/topics HTTP/1.1",
            "GET http://evil.example.com/topics HTTP/1.1",
            "CONNECT 127.0.0.1:80 HTTP/1.1",
            "TRACE /topics HTTP/1.1",
            "GET /topics",
            "GET  /topics  HTTP/1.1",
            "get /topics HTTP/1.1",
            "GET /topics HTTP/1.0",
            "GET /topics HTTP/2.0",
            "GET /topics HTTP/9.9",
            "GET /topics HTTP/",
            "\u0016\u0003\u0001\u0002",
            "PRI * HTTP/2.0",
            "GET topics HTTP/1.1",
            "GET //topics HTTP/1.1",
            "GET /\\topics HTTP/1.1",
            "GET /topics/../health HTTP/1.1",
            "GET /topics/%2e%2e/health HTTP/1.1",
            "GET /topics/wild-1;x=y HTTP/1.1",
            "DELETE /topics/wild-1;x HTTP/1.1",
            "GET /topics/wild-1%2fmessages HTTP/1.1",
            "GET /topics/%00 HTTP/1.1",
            "GET /topics/%ff HTTP/1.1",
            "GET /topics/%c0%af HTTP/1.1",
            "GET /topics/%u0041 HTTP/1.1",
            "GET /topics/%zz HTTP/1.1",
            "GET /topics/% HTTP/1.1",
            "GET /topics/wild-1/messages?offset=%ff HTTP/1.1",
            "GET /topics/wild-1/messages?% HTTP/1.1",
            "GET /topics/wild-1/messages?offset=1&offset=2 HTTP/1.1",
            "GET /topics/wild-1/messages?=&&=&%3d HTTP/1.1",
            "GET /topics/wild-1/messages?offset=\u00e9 HTTP/1.1",
            "GET /topics/wild-1/messages?" + "offset=0&".repeat(3500) + " HTTP/1.1",
            "GET /docs?" + "&".repeat(30_000) + " HTTP/1.1",
            "POST /produce/batch?topic=% HTTP/1.1",
            "POST /produce/batch?topic=%ff HTTP/1.1",
            "GET /?" + "q".repeat(9000) + " HTTP/1.1",
            "GET /" + "p/".repeat(30_000) + " HTTP/1.1",
            "GET /docs HTTP/1.1",
            "GET /docs/%2e%2e/x HTTP/1.1",
            "GET /metrics HTTP/1.1",
            "GET /openapi.json?x HTTP/1.1",
            "GET /app.js%00 HTTP/1.1",
            "GET /index.html HTTP/1.1",
            "GET /docs/..%5c..%5cetc HTTP/1.1",
            "GET /#f HTTP/1.1",
            "GET /?x#f HTTP/1.1",
            "GET / HTTP/1.1 x",
            "\r\n\r\nGET / HTTP/1.1",
            "HEAD /metrics HTTP/1.1",
            "PATCH /topics/wild-1 HTTP/1.1",
            "PUT /produce HTTP/1.1",
            "DELETE / HTTP/1.1",
            "\u00ff\u00ff / HTTP/1.1",
            "G\0T / HTTP/1.1",
            "GET /topics\t HTTP/1.1",
            "GET /%E2%80%A8 HTTP/1.1");

    private final List<String> examples;
    private final List<Function<Change, String>> kinds = List.of(
            Change::flip,
            Change::flip,
            Change::insert,
            Change::insert,
            Change::delete,
            Change::duplicate,
            Change::truncate,
            Change::splice,
            Change::repeat,
            Change::addHeader,
            Change::addHeader,
            Change::addHeader,
            Change::removeHeader,
            Change::replaceStartLine,
            Change::escapeInTarget,
            Change::endLinesOtherwise,
            Change::manyHeaders,
            Change::chunk,
            Change::changeNumber,
            Change::pipeline,
            Change::pipeline,
            Change::wrongLength,
            Change::noise);

    Mutations(List<String> examples) {
        this.examples = examples;
    }

    /** An example that was changed one to three times. */
    String next(RandomGenerator random) {
        String request = pick(examples, random);
        for (int i = random.nextInt(3); i >= 0; i--) {
            request = pick(kinds, random).apply(new Change(request, random));
        }
        return request;
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }

    /** One change of one request. */
    private final class Change {
        private final String request;
        private final RandomGenerator random;
        private final int at;
        private final int end;

        Change(String request, RandomGenerator random) {
            this.request = request.isEmpty() ? "\n" : request;
            this.random = random;
            this.at = random.nextInt(this.request.length());
            this.end = Math.min(this.request.length(), at + 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 4));
        }

        String flip() {
            return replace(String.valueOf((char) (request.charAt(at) ^ (1 << random.nextInt(8)))), at + 1);
        }

        String insert() {
            return replace(pick(BYTES, random), at);
        }

        String delete() {
            return replace("", end);
        }

        String duplicate() {
            return replace(request.substring(at, end).repeat(2), end);
        }

        String repeat() {
            return replace(request.substring(at, at + 1).repeat(random.nextInt(20_000)), end);
        }

        String truncate() {
            return request.substring(0, at);
        }

        String splice() {
            String other = pick(examples, random);
            return request.substring(0, at) + other.substring(random.nextInt(other.length()));
        }

        String noise() {
            return replace(
                    IntStream.range(0, 1 + random.nextInt(40))
                            .mapToObj(i -> String.valueOf((char) random.nextInt(256)))
                            .collect(Collectors.joining()),
                    end);
        }

        /** Before the others or after them. */
        String addHeader() {
            String header = pick(HEADERS, random) + "\r\n";
            return random.nextBoolean()
                    ? request.replaceFirst("\r\n", "\r\n" + quoted(header))
                    : request.replaceFirst("\r\n\r\n", "\r\n" + quoted(header) + "\r\n");
        }

        String removeHeader() {
            List<String> lines = new ArrayList<>(List.of(request.split("\r\n", -1)));
            lines.remove(random.nextInt(Math.min(lines.size(), 4)));
            return String.join("\r\n", lines);
        }

        String replaceStartLine() {
            return request.replaceFirst("^[^\r\n]*", quoted(pick(START_LINES, random)));
        }

        String escapeInTarget() {
            int from = request.indexOf(' ') + 1;
            int to = Math.max(from, request.indexOf(" HTTP/"));
            int place = from + random.nextInt(to - from + 1);
            return request.substring(0, place)
                    + pick(
                            List.of(
                                    "%",
                                    "%f",
                                    "%ff",
                                    "%00",
                                    "%2F",
                                    "%2e",
                                    "%25",
                                    "%E2%80%A8",
                                    "%u0041",
                                    "+",
                                    ";",
                                    "&",
                                    "?",
                                    "#",
                                    "\u00e4",
                                    "|",
                                    "\\"),
                            random)
                    + request.substring(place);
        }

        String endLinesOtherwise() {
            return request.replace("\r\n", pick(List.of("\n", "\r", "\r\r\n", "\n\r"), random));
        }

        String manyHeaders() {
            String headers = IntStream.range(0, 300 + random.nextInt(700))
                    .mapToObj(i -> "X-" + i + ": " + i + "\r\n")
                    .collect(Collectors.joining());
            return request.replaceFirst("\r\n\r\n", "\r\n" + headers + "\r\n");
        }

        /** The body in chunks, of which some are as they may not be. */
        String chunk() {
            int body = request.indexOf("\r\n\r\n") + 4;
            String content = request.substring(Math.min(body, request.length()));
            String size = pick(
                    List.of(
                            Integer.toHexString(content.length()),
                            "0",
                            "-1",
                            "ffffffff",
                            "7fffffffffffffff",
                            "g",
                            "",
                            " 5",
                            Integer.toHexString(content.length()) + ";ext=\"x\"",
                            "1".repeat(3000)),
                    random);
            String tail = pick(
                    List.of(
                            "\r\n0\r\n\r\n",
                            "\r\n0\r\nTrailer: x\r\n\r\n",
                            "0\r\n\r\n",
                            "\r\n0\r\n",
                            "",
                            "\r\n00000000000000000000\r\n\r\n",
                            "\n0\n\n"),
                    random);
            return request.substring(0, Math.min(body, request.length()))
                            .replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked")
                    + size + "\r\n" + content + tail;
        }

        String changeNumber() {
            String number = pick(
                    List.of(
                            "-1",
                            "0",
                            "1e400",
                            "99999999999999999999",
                            "2147483648",
                            "9223372036854775807",
                            "1.5",
                            "\"1\"",
                            "null",
                            "01",
                            "-"),
                    random);
            return request.replaceFirst("(?<=[:=\\[,])\\d+", number);
        }

        String wrongLength() {
            return request.replaceFirst(
                    "Content-Length: \\d+", "Content-Length: " + random.nextInt(random.nextBoolean() ? 64 : 100_000));
        }

        String pipeline() {
            String other = pick(examples, random);
            return random.nextBoolean()
                    ? request + other
                    : other + request + other.substring(0, random.nextInt(other.length()));
        }

        private String replace(String by, int until) {
            return request.substring(0, at) + by + request.substring(until);
        }

        private static String quoted(String replacement) {
            return Matcher.quoteReplacement(replacement);
        }
    }
}
