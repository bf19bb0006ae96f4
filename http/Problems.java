package http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import engine.EngineException;
import engine.ErrorCode;
import engine.Names;
import io.javalin.http.HttpResponseException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts exceptions to problems. Unexpected exceptions are logged here, and only here. Stateless. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";
    static final String CONTENT_TYPE = MediaTypes.withCharset(MEDIA_TYPE);

    /** The format of a location in messages of Jackson. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+, column: \\d+)]");

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

    /** The call to suggest after an error of the engine, because the engine does not know the calls. */
    private static final Map<ErrorCode, String> ADVICE = Map.of(
            ErrorCode.TOPIC_NOT_FOUND, " Create it with POST /topics/register.",
            ErrorCode.CONSUMER_NOT_FOUND, " Register it with POST /consumers/register.",
            ErrorCode.GROUP_NOT_FOUND, " Create it with POST /consumers/register and a group.",
            ErrorCode.TOPIC_FULL, " Remove a consumer that no longer reads with POST /consumers/unregister.");

    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private Problems() {}

    /** The HTTP status of an error of the engine. */
    static int status(ErrorCode code) {
        switch (code) {
            case INVALID:
                return 422;
            case FORBIDDEN:
                return 403;
            case TOPIC_NOT_FOUND:
            case CONSUMER_NOT_FOUND:
            case GROUP_NOT_FOUND:
                return 404;
            case CONFLICT:
            case REBALANCED:
            case OUT_OF_SEQUENCE:
                return 409;
            case TOO_LARGE:
                return 413;
            case OFFSET_TRIMMED:
                return 410;
            case OFFSET_OUT_OF_RANGE:
                return 416;
            case TOPIC_FULL:
                return 429;
            case NOT_SUPPORTED:
                return 501;
            case OVERLOADED:
            case SHUTTING_DOWN:
            case UPSTREAM_UNAVAILABLE:
                return 503;
            case STORAGE_FULL:
                return 507;
            default:
                throw new IllegalStateException("no status for " + code);
        }
    }

    static Problem of(Throwable e) {
        if (e instanceof CompletionException && e.getCause() != null) {
            return of(e.getCause());
        }
        if (e instanceof Problem problem) {
            return problem;
        }
        if (e instanceof EngineException refusal) {
            ErrorCode code = refusal.code();
            String advice = refusal.isComplete() ? "" : ADVICE.getOrDefault(code, "");
            return new Problem(status(code), code.name(), e.getMessage() + advice);
        }
        if (e instanceof HttpResponseException refused) {
            return ofStatus(refused.getStatus(), e.getMessage());
        }
        if (e instanceof HttpException malformed) { // from a header that Jetty parses on access
            return ofStatus(malformed.getCode(), malformed.getReason());
        }
        if (e instanceof OutOfMemoryError) {
            return new Problem(
                    507,
                    ErrorCode.STORAGE_FULL.name(),
                    "The broker's memory is full. Send smaller requests, delete a topic, "
                            + "or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
        }
        LOG.error("A request failed unexpectedly", e);
        return new Problem(
                500,
                "INTERNAL",
                "The broker failed unexpectedly. Its log on stderr has the details. Please report it.");
    }

    /** A problem that the HTTP server detected itself, before or outside of any handler. */
    static Problem ofStatus(int status, String detail) {
        switch (status) {
            case 503:
                return new Problem(
                        503, "SHUTTING_DOWN", "The broker is shutting down. Send the request again after its restart.");
            case 500:
                return new Problem(
                        500,
                        "INTERNAL",
                        "The broker failed unexpectedly. Its log on stderr has the details. Please report it.");
            case 400:
                return new Problem(400, "BAD_REQUEST", "The request is not valid HTTP: " + detail + ".");
            case 505: // not a 5xx status, because it is a fault of the client
                return new Problem(
                        400,
                        "BAD_REQUEST",
                        "The request is not valid HTTP: its version is neither HTTP/1.1 nor HTTP/1.0.");
            case 408:
            case 414:
            case 431:
                return new Problem(status, codeOf(status), detail);
            default:
                return new Problem(status, codeOf(status), "The HTTP server refused the request: " + detail);
        }
    }

    /** The name of a status, as a code: {@code URI_TOO_LONG}. */
    private static String codeOf(int status) {
        return HttpStatus.getMessage(status).toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_");
    }

    static Problem tooSlow() {
        return new Problem(
                408,
                "TIMEOUT",
                "The rest of the request did not arrive in time. Send the whole request again, without pauses.");
    }

    static Problem tooLarge(long limit) {
        return new Problem(
                413,
                ErrorCode.TOO_LARGE.name(),
                "The request body is over the limit of " + limit
                        + " bytes. Send less, or start the broker with a larger --max-message-bytes.");
    }

    /** The problem of a body that could not be parsed into the record of its request. */
    static Problem unreadable(JsonProcessingException e) {
        if (e instanceof JsonMappingException mapping && e.getCause() instanceof InputCoercionException) {
            boolean isInt = ((InputCoercionException) e.getCause()).getTargetType() == int.class;
            return invalid(
                    fieldOf(mapping),
                    "must be a whole number, at most " + (isInt ? Integer.MAX_VALUE : Long.MAX_VALUE));
        }
        if (e instanceof JsonMappingException && e.getCause() instanceof JsonProcessingException) {
            return unreadable((JsonProcessingException) e.getCause()); // malformed JSON inside a field
        }
        boolean blank = e.getOriginalMessage().startsWith("No content");
        if (blank || !(e instanceof JsonMappingException mapping)) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "." : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ").";
            Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
            if (duplicate.matches()) {
                return new Problem(
                        400,
                        Problem.NOT_JSON,
                        "An object of the body has the key " + Names.abbreviated(duplicate.group(1)) + " twice" + where
                                + " Send each key once.");
            }
            return notJson(
                    SOURCE.matcher(e.getOriginalMessage()).replaceAll("$1").replaceFirst(": enable `.*", "") + where);
        }
        String field = fieldOf(mapping);
        if (field.isEmpty()) {
            return notAnObject();
        }
        return invalid(field, ruleOf(mapping));
    }

    static Problem invalid(String field, String rule) {
        return new Problem(422, ErrorCode.INVALID.name(), field + " " + rule);
    }

    static Problem notJson(String reason) {
        return new Problem(400, Problem.NOT_JSON, Problem.NOT_JSON_TEXT + ": " + reason);
    }

    static Problem notAnObject() {
        return new Problem(422, ErrorCode.INVALID.name(), Problem.NOT_AN_OBJECT + ", such as {\"topic\": \"demo\"}.");
    }

    private static String fieldOf(JsonMappingException e) {
        if (e.getPath().isEmpty() && e instanceof InvalidNullException nullRefused) {
            return nullRefused.getPropertyName().getSimpleName();
        }
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    private static String ruleOf(JsonMappingException e) {
        if (e instanceof InvalidNullException || e.getOriginalMessage().startsWith("Missing")) {
            return "is required";
        }
        Class<?> wanted = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return wanted == null ? "is of the wrong type" : "must be " + nameOf(wanted);
    }

    private static String nameOf(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }
}
