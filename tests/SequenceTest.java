package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/** Producers that count their messages: sending again is harmless, a gap is refused. */
class SequenceTest {
    private final Http http = BrokerProcess.shared().http();

    @Test
    void a_repeat_is_answered_with_the_first_offset_and_appends_nothing() {
        register("seq.repeat");
        assertEquals(0, produce("seq.repeat", "p", 0).get("offset").asInt());
        assertFalse(produce("seq.repeat", "p", 1).json().has("duplicate"));
        produce("seq.repeat", "q", 0);
        Reply repeat = produce("seq.repeat", "p", 0);
        assertEquals("{\"status\":\"ok\",\"topic\":\"seq.repeat\",\"offset\":0,\"duplicate\":true}", repeat.text());
        assertEquals(3, end("seq.repeat"));
    }

    @Test
    void a_gap_is_refused_with_the_number_that_is_due() {
        register("seq.gap");
        produce("seq.gap", "p", 0);
        Reply gap = produce("seq.gap", "p", 2);
        assertEquals(409, gap.status());
        assertEquals("OUT_OF_SEQUENCE", gap.code());
        assertTrue(gap.detail().contains("1 is expected"), gap.detail());
        assertEquals(409, produce("seq.gap", "new", 1).status(), "a producer begins at 0");
        assertEquals(1, end("seq.gap"));
    }

    @Test
    void a_batch_takes_as_many_sequences_as_it_has_messages() {
        register("seq.batch");
        String batch =
                "{\"topic\":\"seq.batch\",\"producer_id\":\"p\",\"sequence\":0,\"messages\":[{\"value\":\"a\"},{\"value\":\"b\"}]}";
        assertEquals(
                0,
                http.post("/produce/batch", batch)
                        .get("partitions")
                        .path(0)
                        .path("base_offset")
                        .asInt());
        assertEquals(2, produce("seq.batch", "p", 2).get("offset").asInt());
        assertEquals(
                3,
                lines("seq.batch", "p", 3, "c\nd\n")
                        .get("partitions")
                        .path(0)
                        .path("base_offset")
                        .asInt());
        Reply repeat = lines("seq.batch", "p", 3, "c\nd\n");
        assertTrue(repeat.get("duplicate").asBoolean());
        assertEquals(3, repeat.get("partitions").path(0).path("base_offset").asInt());
        assertTrue(http.post("/produce/batch", batch).get("duplicate").asBoolean());
        assertEquals(409, lines("seq.batch", "p", 4, "x\ny\n").status(), "half of it was sent before");
        assertEquals(5, end("seq.batch"));
    }

    @Test
    void a_refused_message_does_not_count() {
        http.post("/topics/register", "topic", "seq.full", "max_messages", 1);
        produce("seq.full", "p", 0);
        assertEquals(429, produce("seq.full", "p", 1).status());
        assertEquals(422, produce("seq.full", "p", -1).status());
        http.post("/consumers/register", "topic", "seq.full", "consumer_id", "seq.c");
        http.post("/consume", "consumer_id", "seq.c");
        assertEquals(1, produce("seq.full", "p", 1).get("offset").asInt());
    }

    @Test
    void a_sequence_needs_a_producer() {
        register("seq.nobody");
        Reply reply = http.post("/produce", "topic", "seq.nobody", "value", "v", "sequence", 0);
        assertEquals(422, reply.status());
        assertTrue(reply.detail().contains("producer_id"), reply.detail());
        assertEquals(
                200,
                http.post("/produce", "topic", "seq.nobody", "value", "v", "producer_id", "p")
                        .status());
    }

    @Test
    void a_producer_that_registers_again_learns_where_to_go_on() {
        register("seq.again");
        assertFalse(http.post("/producers/register", "topic", "seq.again", "producer_id", "p")
                .json()
                .has("next_sequence"));
        lines("seq.again", "p", 0, "a\nb\nc");
        assertEquals(
                3,
                http.post("/producers/register", "topic", "seq.again", "producer_id", "p")
                        .get("next_sequence")
                        .asInt());
    }

    @Test
    void of_many_that_send_the_same_at_once_one_is_appended() throws Exception {
        register("seq.race");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int sequence = 0; sequence < 200; sequence++) {
            int now = sequence;
            List<Callable<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> produce("seq.race", "p", now));
            }
            int firsts = 0;
            for (Future<Reply> call : threads.invokeAll(calls)) {
                Reply reply = call.get();
                assertEquals(now, reply.get("offset").asInt(), reply.text());
                firsts += reply.json().has("duplicate") ? 0 : 1;
            }
            assertEquals(1, firsts);
        }
        threads.shutdown();
        assertEquals(200, end("seq.race"));
    }

    private void register(String topic) {
        http.post("/topics/register", "topic", topic);
    }

    private Reply produce(String topic, String producer, int sequence) {
        return http.post("/produce", "topic", topic, "value", "v", "producer_id", producer, "sequence", sequence);
    }

    private Reply lines(String topic, String producer, int sequence, String text) {
        return http.post(
                "/produce/batch?topic=" + topic + "&producer_id=" + producer + "&sequence=" + sequence,
                "text/plain",
                text.getBytes(StandardCharsets.UTF_8));
    }

    private long end(String topic) {
        return http.get("/topics/" + topic).get("end_offset").asLong();
    }
}
