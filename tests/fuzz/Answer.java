package tests.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * An answer as it came over the wire.
 *
 * @param headers by their names in lower case
 * @param body as {@link ByteText}, without the framing of chunks
 */
record Answer(int status, Map<String, String> headers, String body) {
    static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int LONGEST_SHOWN = 600;

    boolean isRefusal() {
        return status >= 400;
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Without its parameters. */
    String mediaType() {
        return header("content-type").split(";", 2)[0].strip();
    }

    /** A stream of events goes on until the client leaves. */
    boolean isEndless() {
        return status == 200 && mediaType().equals("text/event-stream");
    }

    boolean endsConnection() {
        return header("connection").equalsIgnoreCase("close");
    }

    @Override
    public String toString() {
        return status + " " + ByteText.escaped(body.substring(0, Math.min(body.length(), LONGEST_SHOWN)));
    }

    JsonNode json() throws JsonProcessingException {
        return JSON.readTree(ByteText.decoded(body));
    }
}
