package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import engine.ConsumerSettings;
import engine.Cursor;
import engine.EncodedBatch;
import engine.Engine;
import engine.MemoryBudget;
import engine.MessageStream;
import engine.MessageWriter;
import engine.StartPosition;
import engine.Storage;
import engine.Topic;
import engine.TopicSettings;
import engine.WhenFull;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What of the engine cannot be reached through HTTP: counters that take years to grow, and calls of which nobody tells that they wait. */
class EngineTest {
    private final Engine engine = new Engine(new MemoryBudget(100 << 20), 256, Storage.NONE);

    @Test
    void a_consumer_goes_on_after_two_billion_attempts() throws Exception {
        Topic topic = topic(new TopicSettings(3, null, null, null, null));
        Cursor cursor = engine.registerConsumer("t", new ConsumerSettings("c", null, null, StartPosition.parse("start", null), null));
        setInt(cursor, "turn", Integer.MAX_VALUE);
        for (int i = 0; i < 9; i++) {
            produce(topic, "v");
            assertNotNull(engine.consume("c", () -> MessageWriter.forOne(engine.budget().reservation()), MessageWriter::finish, 0).get());
        }
    }

    @Test
    void a_stream_goes_on_after_two_billion_attempts() throws Exception {
        Topic topic = topic(new TopicSettings(3, null, null, null, null));
        MessageStream stream = engine.stream(topic, null, StartPosition.parse("offset", null), null);
        setInt(stream, "turn", Integer.MAX_VALUE);
        for (int i = 0; i < 9; i++) {
            produce(topic, "v");
            assertNotNull(stream.next());
        }
    }

    @Test
    void a_call_that_waits_at_the_end_begins_at_the_start_if_that_has_moved_past_it() throws Exception {
        Topic topic = topic(new TopicSettings(1, 2L, null, null, WhenFull.DROP_OLDEST));
        StartPosition latest = StartPosition.parse("offset", "latest");
        CompletableFuture<Long> tooFew = engine.browse(topic, 0, latest, 3, (start, check) -> start, 60_000);
        CompletableFuture<Long> enough = engine.browse(topic, 0, latest, 2, (start, check) -> start, 60_000);
        produce(topic, "v");
        assertFalse(enough.isDone());
        produce(topic, "v");
        assertEquals(0, enough.get());
        produce(topic, "v");
        assertFalse(tooFew.isDone());
        engine.stop();
        assertEquals(1, tooFew.get());
    }

    private Topic topic(TopicSettings settings) {
        engine.registerTopic("t", settings);
        return engine.topic("t");
    }

    private void produce(Topic topic, String value) throws Exception {
        try (EncodedBatch batch = new EncodedBatch(100, 100, engine.budget().reservation())) {
            batch.add(value, null, null, null);
            engine.produce(topic, batch, null).get();
        }
    }

    private static void setInt(Object object, String field, int value) throws ReflectiveOperationException {
        var found = object.getClass().getDeclaredField(field);
        found.setAccessible(true);
        found.setInt(object, value);
    }
}
