package http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpURI;

/**
 * Refuses requests whose URI is ambiguous. Jetty would remove parameters and dot segments from a path, so that
 * {@code DELETE /topics/demo;x} would delete topic demo. Stateless.
 */
final class UriCheck {
    /** More than any call has. The time to parse parameters of the same name grows with the square of their number. */
    private static final int MAX_PARAMETERS = 100;

    private static final Pattern DOT_SEGMENT = Pattern.compile("(^|/)(\\.|%2e){1,2}(/|$)", Pattern.CASE_INSENSITIVE);

    /** The escape of a slash, a backslash or a control character, or an escape that is not in RFC 3986. */
    private static final Pattern FOREIGN_ESCAPE =
            Pattern.compile("%(2f|5c|[01][0-9a-f]|7f|u.{0,4})", Pattern.CASE_INSENSITIVE);

    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2}).{0,2}");
    private static final Pattern ESCAPES = Pattern.compile("(?:%[0-9A-Fa-f]{2})++");

    private UriCheck() {}

    /** Why the request is refused; null if it is not. */
    static Problem refusal(HttpURI uri) {
        String path = uri.getPath();
        String query = uri.getQuery();
        boolean isPlain = path.equals(uri.getCanonicalPath()) && path.indexOf('%') < 0 && uri.getFragment() == null;
        String refusal = isPlain ? null : refusalOfPath(uri, path);
        if (refusal == null && query != null) {
            refusal = refusalOfQuery(query);
        }
        return refusal == null ? null : new Problem(400, "BAD_REQUEST", refusal);
    }

    private static String refusalOfPath(HttpURI uri, String path) {
        if (uri.getFragment() != null) {
            return "The URI has a fragment, after '#'. Send the URI without the fragment.";
        }
        if (path.indexOf(';') >= 0) {
            return "The path has a semicolon, but the broker's paths have no parameters. Send the path without it.";
        }
        if (DOT_SEGMENT.matcher(path).find()) {
            return "The path has a segment that is . or .. . Send the resolved path.";
        }
        Matcher foreign = FOREIGN_ESCAPE.matcher(path);
        return foreign.find()
                ? "The path has the escape " + foreign.group()
                        + ", which no path of the broker contains. Names consist of A-Z a-z 0-9 . _ and -."
                : null;
    }

    private static String refusalOfQuery(String query) {
        if (query.length() > MAX_PARAMETERS
                && query.chars().filter(c -> c == '&').count() >= MAX_PARAMETERS) {
            return "The query has more than " + MAX_PARAMETERS + " parameters. No call has so many.";
        }
        if (query.indexOf('%') < 0) {
            return null;
        }
        Matcher broken = BROKEN_ESCAPE.matcher(query);
        if (broken.find()) {
            return "The query has the malformed escape " + broken.group()
                    + ". An escape is % and two hexadecimal digits. Write a percent sign as %25.";
        }
        for (Matcher escapes = ESCAPES.matcher(query); escapes.find(); ) {
            if (!isUtf8(escapes.group())) {
                String shown = escapes.group()
                        .substring(0, Math.min(30, escapes.group().length()));
                return "The query has the escape " + shown
                        + ", which is not UTF-8. Escape the bytes of the text in UTF-8.";
            }
        }
        return null;
    }

    private static boolean isUtf8(String escapes) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(HexFormat.of().parseHex(escapes.replace("%", ""))));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
