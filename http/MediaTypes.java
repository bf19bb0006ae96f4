package http;

/** The media types of bodies and answers. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";
    static final String EVENT_STREAM = "text/event-stream";

    private MediaTypes() {}

    /** Common readers take text for ISO 8859-1 unless its charset is named, although JSON is always UTF-8. */
    static String withCharset(String mediaType) {
        return mediaType + ";charset=utf-8";
    }
}
