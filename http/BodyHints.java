package http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Adds to a problem of a body that is not JSON what most likely went wrong with it on its way. Stateless. */
final class BodyHints {
    private static final int LOOKED_AT = 200;

    /** {@code {topic:demo}}, perhaps in the single quotes that cmd.exe does not remove. */
    private static final Pattern WITHOUT_QUOTES =
            Pattern.compile("\\{\\s*[A-Za-z_]+\\s*:.*|'\\s*[{\\[].*", Pattern.DOTALL);

    private static final Pattern WITH_SINGLE_QUOTES = Pattern.compile("[{\\[]\\s*'.*", Pattern.DOTALL);

    private static final Pattern WITH_BACKSLASHES = Pattern.compile("[{\\[]\\s*[{\\[]?\\s*\\\\\".*", Pattern.DOTALL);
    private static final Pattern FORM = Pattern.compile("[A-Za-z_]+=.*", Pattern.DOTALL);

    private BodyHints() {}

    /** @param isDeclaredAsForm whether the Content-Type is curl's default */
    static Problem explain(Problem problem, ByteBuffer body, boolean isDeclaredAsForm, Route route) {
        String start = new String(body.array(), 0, Math.min(LOOKED_AT, body.limit()), StandardCharsets.UTF_8).strip();
        StringBuilder detail = new StringBuilder(problem.getMessage());
        if (WITH_BACKSLASHES.matcher(start).matches()) {
            detail.append(
                    " The shell left the backslashes before the quotes. In single quotes write it without them: -d '{\"topic\":\"demo\"}'.");
        } else if (WITH_SINGLE_QUOTES.matcher(start).matches()) {
            detail.append(" JSON has double quotes around names and texts, not single ones.");
        } else if (WITHOUT_QUOTES.matcher(start).matches()) {
            detail.append(
                            " The shell seems to have removed the double quotes. Windows shells need them escaped: -d \"{\\\"topic\\\":\\\"demo\\\"}\" in cmd.exe, ")
                    .append(
                            "-d '{\\\"topic\\\":\\\"demo\\\"}' with curl.exe in PowerShell. Or send a file: -d @body.json.");
        }
        if (isDeclaredAsForm) {
            detail.append(
                    " Its Content-Type is application/x-www-form-urlencoded, which is curl's default and is read as JSON.");
            if (!route.consumes().isEmpty()) {
                detail.append(" For other bodies add ")
                        .append(headers(route.consumes()))
                        .append(" and use --data-binary.");
            } else if (FORM.matcher(start).matches()) {
                detail.append(" Forms are not read: send an object such as {\"topic\": \"demo\"}.");
            }
        }
        return new Problem(problem.status(), problem.code(), detail.toString());
    }

    private static String headers(List<String> mediaTypes) {
        return mediaTypes.stream()
                .map(type -> "-H 'Content-Type: " + type + "'")
                .collect(Collectors.joining(" or "));
    }
}
