package http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Adds the most likely cause to the problem of a body that is not JSON, such as wrong quotes in a shell. Stateless. */
final class BodyHints {
    private static final int PREFIX_LENGTH = 200;

    /** {@code {topic:demo}}, optionally in single quotes, which cmd.exe does not remove. */
    private static final Pattern WITHOUT_QUOTES =
            Pattern.compile("\\{\\s*[A-Za-z_]+\\s*:.*|'\\s*[{\\[].*", Pattern.DOTALL);

    private static final Pattern WITH_SINGLE_QUOTES = Pattern.compile("[{\\[]\\s*'.*", Pattern.DOTALL);

    private static final Pattern WITH_BACKSLASHES = Pattern.compile("[{\\[]\\s*[{\\[]?\\s*\\\\\".*", Pattern.DOTALL);
    private static final Pattern FORM = Pattern.compile("[A-Za-z_]+=.*", Pattern.DOTALL);

    private BodyHints() {}

    /** @param isDeclaredAsForm whether the Content-Type is curl's default */
    static Problem explain(Problem problem, ByteBuffer body, boolean isDeclaredAsForm, Route route) {
        String start =
                new String(body.array(), 0, Math.min(PREFIX_LENGTH, body.limit()), StandardCharsets.UTF_8).strip();
        StringBuilder detail = new StringBuilder(problem.getMessage());
        if (WITH_BACKSLASHES.matcher(start).matches()) {
            detail.append(
                    " The shell kept the backslashes before the quotes. In single quotes, write no backslashes: -d '{\"topic\":\"demo\"}'.");
        } else if (WITH_SINGLE_QUOTES.matcher(start).matches()) {
            detail.append(" JSON requires double quotes around names and strings, not single quotes.");
        } else if (WITHOUT_QUOTES.matcher(start).matches()) {
            detail.append(
                            " The shell seems to have removed the double quotes. In Windows shells, escape them: -d \"{\\\"topic\\\":\\\"demo\\\"}\" in cmd.exe, ")
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
                detail.append(" The broker does not read forms. Send an object such as {\"topic\": \"demo\"}.");
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
