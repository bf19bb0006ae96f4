package http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * The media types of bodies and answers, and the headers that declare them: {@code Content-Type}, {@code Content-Encoding} and
 * {@code Accept} (RFC 9110, sections 8.3, 8.4 and 12.5.1). Safe for any number of threads.
 */
public final class MediaTypes {
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";
    public static final String TEXT = "text/plain";
    static final String HTML = "text/html";
    public static final String EVENT_STREAM = "text/event-stream";

    /** The default {@code Content-Type} of curl and other clients. Such a body is read as JSON. */
    static final String FORM = "application/x-www-form-urlencoded";

    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry(JSON, JSON),
            Map.entry("text/json", JSON),
            Map.entry(FORM, FORM),
            Map.entry(TEXT, TEXT),
            Map.entry(NDJSON, NDJSON),
            Map.entry("application/ndjson", NDJSON),
            Map.entry("text/x-ndjson", NDJSON),
            Map.entry("text/ndjson", NDJSON),
            Map.entry("application/jsonl", NDJSON),
            Map.entry("application/x-jsonl", NDJSON),
            Map.entry("text/jsonl", NDJSON),
            Map.entry("application/jsonlines", NDJSON),
            Map.entry("application/x-jsonlines", NDJSON),
            Map.entry("application/json-lines", NDJSON));

    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii", "ascii");
    private static final Set<String> WILDCARDS = Set.of("*/*", "application/*", "text/*");

    /** A cache, because nearly all requests have the same header. */
    private static volatile ContentType last = new ContentType(JSON, JSON, true);

    private MediaTypes() {}

    /**
     * A parsed {@code Content-Type}.
     *
     * @param mediaType the canonical name; null if the broker does not know the type
     * @param isUtf8 false if a charset other than UTF-8 or ASCII, which is a subset of UTF-8, is declared
     */
    private record ContentType(String header, String mediaType, boolean isUtf8) {
        static ContentType parse(String header) {
            Map<String, String> parameters = new HashMap<>();
            String type;
            try {
                type = HttpField.getValueParameters(header, parameters);
            } catch (IllegalArgumentException unterminatedQuote) {
                type = null;
            }
            boolean isUtf8 = parameters.entrySet().stream()
                    .filter(parameter -> parameter.getKey().equalsIgnoreCase("charset"))
                    .allMatch(parameter -> parameter.getValue() != null
                            && CHARSETS.contains(parameter.getValue().toLowerCase(Locale.ROOT)));
            return new ContentType(header, type == null ? null : canonical(type), isUtf8);
        }
    }

    /** The canonical name of a media type; null if the broker does not know it. */
    private static String canonical(String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        boolean isOnJson = type.startsWith("application/") && type.endsWith("+json");
        return isOnJson ? JSON : ALIASES.get(type);
    }

    /** Some clients read text without a charset as ISO 8859-1, although JSON is always UTF-8. */
    static String withCharset(String mediaType) {
        return mediaType + ";charset=utf-8";
    }

    /** The header that declares a coding of the body other than chunked, such as {@code Content-Encoding: gzip}; null if absent. */
    static String codingOfBody(HttpFields headers) {
        if (!hasCoding(headers)) {
            return null;
        }
        List<String> content = headers.getCSV(HttpHeader.CONTENT_ENCODING, false);
        if (content.stream().anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("identity"))) {
            return "Content-Encoding: " + String.join(", ", content);
        }
        List<String> transfer = headers.getCSV(HttpHeader.TRANSFER_ENCODING, false);
        if (transfer.stream().anyMatch(coding -> !coding.equalsIgnoreCase("chunked"))) {
            return "Transfer-Encoding: " + String.join(", ", transfer);
        }
        return null;
    }

    private static boolean hasCoding(HttpFields headers) {
        for (HttpField field : headers) {
            if (field.getHeader() == HttpHeader.CONTENT_ENCODING || field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                return true;
            }
        }
        return false;
    }

    /**
     * The media type to read a body as: one of the other types that the call accepts, or {@link #JSON}, which is also the default.
     *
     * @param call the method and the path of the call
     * @param otherTypes the types that the call accepts besides JSON
     * @throws Problem 415 if the call does not accept the declared type or charset
     */
    static String ofBody(HttpFields headers, String call, List<String> otherTypes) {
        String header = headers.get(HttpHeader.CONTENT_TYPE);
        if (header == null || header.isBlank()) {
            return JSON;
        }
        ContentType type = last;
        if (!type.header.equals(header)) {
            type = ContentType.parse(header);
            last = type;
        }
        if (!type.isUtf8) {
            throw unsupported("The broker accepts only UTF-8, but Content-Type is " + abbreviated(header)
                    + ". Send the body in UTF-8.");
        }
        if (type.mediaType != null && otherTypes.contains(type.mediaType)) {
            return type.mediaType;
        }
        if (type.mediaType == null || type.mediaType.equals(NDJSON)) {
            String accepted =
                    Stream.concat(Stream.of(JSON), otherTypes.stream()).collect(Collectors.joining(", "));
            throw unsupported(
                    call + " does not accept Content-Type " + abbreviated(header) + ". It accepts " + accepted + ".");
        }
        return JSON;
    }

    /** Whether a body that is read as JSON was declared as a form. */
    static boolean isDeclaredAsForm(HttpFields headers) {
        String header = headers.get(HttpHeader.CONTENT_TYPE);
        return header != null && FORM.equals(ContentType.parse(header).mediaType);
    }

    /** Whether the client wants this media type at least as much as JSON. A client that names neither, or refuses it with {@code q=0}, gets JSON. */
    static boolean isPreferredToJson(String mediaType, HttpFields headers) {
        String accept = headers.get(HttpHeader.ACCEPT);
        if (accept == null) {
            return false;
        }
        return accept.equals(mediaType)
                || headers.getQualityCSV(HttpHeader.ACCEPT, range -> is(mediaType, range) ? 1 : 0).stream()
                        .filter(range ->
                                is(mediaType, range) || is(JSON, range) || WILDCARDS.contains(withoutParameters(range)))
                        .findFirst()
                        .filter(range -> is(mediaType, range))
                        .isPresent();
    }

    private static boolean is(String mediaType, String range) {
        String type = withoutParameters(range);
        return type.equalsIgnoreCase(mediaType) || mediaType.equals(canonical(type));
    }

    private static String withoutParameters(String range) {
        return range.split(";", 2)[0].strip();
    }

    static Problem unsupported(String detail) {
        return new Problem(415, "UNSUPPORTED_MEDIA_TYPE", detail);
    }

    private static String abbreviated(String header) {
        return header.length() <= 100 ? header : header.substring(0, 100) + "...";
    }
}
