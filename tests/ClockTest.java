package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker does with messages that it got while its clock was 30 days ahead. */
class ClockTest {
    private static final long AHEAD = TimeUnit.DAYS.toMillis(30);

    @TempDir
    private Path folder;

    @Test
    void new_messages_have_the_right_time_again() throws IOException {
        long now = System.currentTimeMillis();
        write(1, "t", "{}", now - 10_000, now + AHEAD, now + AHEAD + 1);
        BrokerProcess broker = start();
        Http http = broker.http();
        http.post("/produce", "topic", "t", "value", "v3");
        JsonNode messages = http.get("/topics/t/messages").get("messages");
        assertEquals(now - 10_000, messages.path(0).path("timestamp").asLong());
        assertEquals(now + AHEAD, messages.path(1).path("timestamp").asLong());
        long timestamp = messages.path(3).path("timestamp").asLong();
        assertTrue(timestamp >= now && timestamp <= System.currentTimeMillis(), messages.toString());
        assertEquals(
                1,
                http.get("/topics/t/messages?timestamp=" + now)
                        .get("messages")
                        .path(0)
                        .path("offset")
                        .asInt(),
                "the first with this time or a later one");
        assertEquals(
                2,
                http.get("/topics/t/messages?timestamp=" + (now + AHEAD + 1))
                        .get("messages")
                        .path(0)
                        .path("offset")
                        .asInt());
        assertEquals(
                4,
                http.get("/topics/t/messages?timestamp=" + (now + AHEAD + 2))
                        .get("next_offset")
                        .asInt());
        broker.kill();
        assertTrue(broker.stderr().contains("Topic t has 2 messages with a timestamp in the future."), broker.stderr());
        try (BrokerProcess again = start()) {
            assertEquals(messages, again.http().get("/topics/t/messages").get("messages"));
        }
    }

    @Test
    void messages_from_the_future_are_reported_once() throws IOException {
        long now = System.currentTimeMillis();
        write(1, "aged", "{\"partitions\":1,\"max_age_ms\":30000}", now - 60_000, now + AHEAD);
        write(2, "kept", "{\"max_age_ms\":3600000}", now - 60_000, now + AHEAD);
        write(3, "right", "{}", now - 60_000, now - 1);
        BrokerProcess broker = start();
        Http http = broker.http();
        assertEquals(
                1, http.get("/topics/aged").get("start_offset").asInt(), "what has a right time gets too old by that");
        http.post("/produce", "topic", "aged", "value", "v2");
        assertEquals(2, http.get("/topics/kept").get("messages").asInt());
        broker.close();
        String stderr = broker.stderr();
        assertEquals(2, stderr.split("with a timestamp in the future", -1).length - 1, stderr);
        assertTrue(
                stderr.contains("Topic aged has 1 message with") && stderr.contains("Topic kept has 1 message with"),
                stderr);
    }

    private BrokerProcess start() {
        return BrokerProcess.start("--data-dir", folder.resolve("data").toString());
    }

    /** Writes a topic of one partition, with a message of each time. */
    private void write(int number, String name, String settings, long... timestamps) throws IOException {
        Path topic = Files.createDirectories(folder.resolve("data/topics/0000000" + number + "-" + name));
        Files.writeString(folder.resolve("data/format"), "mini-kafka 1\n");
        StringBuilder records = new StringBuilder(
                DurableTest.record("{\"topic\":{\"format\":1,\"name\":\"" + name + "\",\"settings\":" + settings
                        + ",\"partitions\":[{\"start_offset\":0,\"end_offset\":0,\"timestamp\":0}],\"producers\":[]}"));
        for (int i = 0; i < timestamps.length; i++) {
            records.append(
                    DurableTest.record("{\"value\":\"v" + i + "\"}\n{\"appended\":[{\"partition\":0,\"base_offset\":"
                            + i + ",\"count\":1}],\"timestamp\":" + timestamps[i]));
        }
        Files.writeString(topic.resolve("00000001.ndjson"), records);
    }
}
