package http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.OffsetSpec;
import engine.Storage;
import engine.TopicSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Corpus;

/** Parses any text as a header or a request target. It is accepted or refused, and no other exception is thrown. */
public class HeadersFuzzTest {
    private final LocalNames localNames = new LocalNames();

    @MethodSource("tests.Corpus#headers")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void content_type_content_encoding_and_accept(byte[] header) {
        String value = new String(header, StandardCharsets.ISO_8859_1);
        HttpFields fields = HttpFields.build()
                .put(HttpHeader.CONTENT_TYPE, value)
                .put(HttpHeader.CONTENT_ENCODING, value)
                .put(HttpHeader.ACCEPT, value);
        try {
            MediaTypes.ofBody(fields, "POST /produce", List.of(MediaTypes.NDJSON, MediaTypes.TEXT));
            MediaTypes.codingOfBody(fields);
        } catch (Problem e) {
            assertEquals(415, e.status());
        }
        MediaTypes.isDeclaredAsForm(fields);
        try {
            MediaTypes.isPreferredToJson(MediaTypes.NDJSON, fields);
            MediaTypes.isPreferredToJson(MediaTypes.HTML, fields);
        } catch (IllegalArgumentException e) {
            // Jetty throws it for an Accept that is not valid HTTP, and answers with 400
        }
    }

    @MethodSource("tests.Corpus#headers")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_name_of_a_site_on_the_internet_is_not_local(byte[] header) {
        String name = new String(header, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        localNames.contains(name);
        assertFalse(localNames.contains(name + ".com"));
        assertFalse(localNames.contains(name + ".org"));
        assertFalse(localNames.contains(name + ".de"));
    }

    @MethodSource("tests.Corpus#headers")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_target_that_is_accepted_is_not_ambiguous(byte[] target) {
        HttpURI uri;
        try {
            uri = HttpURI.from("http://localhost/" + new String(target, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return; // Jetty refuses it before
        }
        if (uri.getPath() == null || UriCheck.refusal(uri) != null) {
            return;
        }
        for (String segment : uri.getPath().split("/", -1)) {
            String decoded = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
            assertFalse(List.of(".", "..").contains(decoded), segment);
            assertFalse(decoded.contains("/"), segment);
        }
        if (uri.getQuery() != null) {
            String decoded = URLDecoder.decode(uri.getQuery(), StandardCharsets.UTF_8);
            assertFalse(
                    decoded.contains("\uFFFD")
                            && !uri.getQuery().toUpperCase(Locale.ROOT).contains("%EF%BF%BD"),
                    decoded);
        }
    }

    @MethodSource("tests.Corpus#headers")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void last_event_id(byte[] header) {
        MemoryBroker broker = new MemoryBroker(new MemoryBudget(1L << 28), 3, Storage.NONE);
        broker.registerTopic("t", new TopicSettings(3, null, null, null, null)).join();
        String id = new String(header, StandardCharsets.ISO_8859_1);
        try {
            broker.stream("t", null, OffsetSpec.parse("offset", null), id);
        } catch (EngineException e) {
            assertEquals(ErrorCode.INVALID, e.code());
        }
    }
}
