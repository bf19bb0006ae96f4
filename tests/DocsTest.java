package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/** The documentation that the broker serves of itself. */
class DocsTest {
    private final Http http = BrokerProcess.shared().http();

    @Test
    void the_document_describes_every_call_with_what_may_go_wrong() {
        Reply reply = http.get("/openapi.json");
        assertEquals(200, reply.status());
        assertEquals("application/json;charset=utf-8", reply.contentType());
        JsonNode document = reply.json();
        assertEquals("3.1.0", document.path("openapi").asText());
        for (String path : new String[] {
            "/topics/register",
            "/producers/register",
            "/consumers/register",
            "/produce",
            "/consume",
            "/produce/batch",
            "/consume/batch"
        }) {
            JsonNode responses = document.path("paths").path(path).path("post").path("responses");
            for (String status : new String[] {"200", "400", "413", "422"}) {
                assertTrue(responses.has(status), path + " " + status);
            }
        }
        for (String path :
                new String[] {"/", "/health", "/stats", "/topics", "/topics/{topic}", "/topics/{topic}/messages"}) {
            assertTrue(
                    document.path("paths")
                            .path(path)
                            .path("get")
                            .path("responses")
                            .has("200"),
                    path);
        }
    }

    @Test
    void the_records_are_described_as_they_go_over_the_wire() {
        JsonNode schemas = http.get("/openapi.json").json().path("components").path("schemas");
        JsonNode registration = schemas.path("ConsumerRegistration");
        assertEquals("[\"topic\"]", registration.path("required").toString());
        assertTrue(registration.path("properties").has("consumer_id"));
    }

    @Test
    void media_types_are_documented_without_parameters() {
        JsonNode document = http.get("/openapi.json").json();
        assertEquals(
                "[\"application/problem+json\"]",
                names(document.path("components")
                        .path("responses")
                        .path("BadRequest")
                        .path("content")));
        assertEquals(
                "[\"application/json\",\"application/x-ndjson\"]",
                names(document.at("/paths/~1consume~1batch/post/responses/200/content")));
    }

    private static String names(JsonNode object) {
        return Http.JSON
                .valueToTree(object.properties().stream().map(Map.Entry::getKey).toList())
                .toString();
    }

    @Test
    void swagger_ui_has_all_that_it_needs_in_the_broker() {
        Reply page = http.get("/docs");
        assertEquals(200, page.status());
        assertTrue(page.contentType().startsWith("text/html"), page.contentType());
        Matcher assets = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.text());
        int count = 0;
        for (; assets.find(); count++) {
            assertTrue(
                    assets.group(1).startsWith("docs/"),
                    "it is in the broker, and below the path of a proxy: " + assets.group(1));
            Reply asset = http.get("/" + assets.group(1));
            assertEquals(200, asset.status(), assets.group(1));
            assertTrue(asset.text().length() > 100, assets.group(1));
        }
        assertTrue(count >= 2, page.text());
    }

    @Test
    void a_slash_after_docs_leads_to_the_page() {
        Reply reply = http.get("/docs/");
        assertEquals(302, reply.status());
        assertEquals(
                "../docs", reply.response().headers().firstValue("Location").orElse(""));
    }

    @Test
    void head_answers_as_get_without_the_body() {
        for (String path : new String[] {"/", "/health", "/stats", "/topics", "/docs", "/openapi.json"}) {
            Reply head = http.send("HEAD", path, BodyPublishers.noBody());
            assertEquals(200, head.status(), path);
            assertEquals("", head.text());
            assertEquals(http.get(path).contentType(), head.contentType(), path);
        }
    }

    @Test
    void what_is_not_there_is_the_usual_404() {
        assertEquals("NOT_FOUND", http.get("/docs/swagger-ui-es-bundle.js").code());
        assertEquals(405, http.post("/docs", "{}").status());
    }
}
