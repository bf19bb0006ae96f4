package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What of the engine cannot be reached through HTTP: counters that take years to grow, and calls of which nobody tells that they wait. */
public class EngineTest {
    private final MemoryBudget budget = new MemoryBudget(100 << 20);
    private final MemoryBroker broker = new MemoryBroker(budget, 256, Storage.NONE);

    @Test
    void a_consumer_goes_on_after_two_billion_attempts() throws Exception {
        broker.registerTopic("t", new TopicSettings(3, null, null, null, null)).get();
        broker.registerConsumer("t", new ConsumerSettings("c", null, null, OffsetSpec.parse("start", null), null))
                .get();
        Consumers consumers = (Consumers) get(broker, "consumers");
        setInt(consumers.get("c"), "roundRobin", Integer.MAX_VALUE);
        for (int i = 0; i < 9; i++) {
            produce("v");
            assertNotNull(broker.poll("c", ReadLimits.ONE, 0).get());
        }
    }

    @Test
    void a_stream_goes_on_after_two_billion_attempts() throws Exception {
        broker.registerTopic("t", new TopicSettings(3, null, null, null, null)).get();
        MessageStream stream = broker.stream("t", null, OffsetSpec.parse("offset", null), null);
        setInt(stream, "roundRobin", Integer.MAX_VALUE);
        for (int i = 0; i < 9; i++) {
            produce("v");
            assertNotNull(stream.next());
        }
    }

    @Test
    void a_call_that_waits_at_the_end_begins_at_the_start_if_that_has_moved_past_it() throws Exception {
        broker.registerTopic("t", new TopicSettings(1, 2L, null, null, WhenFull.DROP_OLDEST))
                .get();
        CompletableFuture<EncodedMessages> tooFew = browseLatest(3);
        CompletableFuture<EncodedMessages> enough = browseLatest(2);
        produce("0");
        assertFalse(enough.isDone());
        produce("1");
        assertEquals(0, firstOffset(enough.get()));
        produce("2");
        assertFalse(tooFew.isDone());
        broker.stop();
        assertEquals(1, firstOffset(tooFew.get()));
    }

    @Test
    void groups_are_listed_while_their_members_leave() throws Exception {
        broker.registerTopic("t", new TopicSettings(1, null, null, null, null)).get();
        OffsetSpec start = OffsetSpec.parse("start", null);
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3000; i++) {
                for (String id : List.of("a", "b", "c")) {
                    broker.registerConsumer("t", new ConsumerSettings(id, "g", null, start, null))
                            .join();
                }
                List.of("a", "b", "c")
                        .forEach(id -> broker.unregisterConsumer(id).join());
            }
        });
        while (!changes.isDone()) {
            broker.groups().items().forEach(group -> assertEquals("g", group.group()));
        }
        changes.get();
    }

    /** No JVM has arrays of this length, so that this fails as with a heap that is full. */
    @Test
    void memory_that_could_not_be_allocated_is_not_taken() {
        Reservation memory = new MemoryBudget(Long.MAX_VALUE / 4).reservation();
        byte[] small = memory.array(10_000);
        long held = memory.held();
        assertThrows(OutOfMemoryError.class, () -> memory.array(Integer.MAX_VALUE));
        assertThrows(OutOfMemoryError.class, () -> memory.larger(small, 100, Integer.MAX_VALUE));
        assertEquals(held, memory.held());
        memory.release(small);
        assertEquals(0, memory.held());
    }

    private CompletableFuture<EncodedMessages> browseLatest(long minMessages) {
        return broker.browse(new BrowseRequest(
                "t",
                0,
                OffsetSpec.parse("offset", "latest"),
                minMessages,
                new ReadLimits(MessageLayout.LIST, 10, 1000),
                60_000));
    }

    private static int firstOffset(EncodedMessages page) {
        String text = StandardCharsets.UTF_8.decode(page.bytes()).toString();
        return Integer.parseInt(text.replaceFirst("(?s)^.*?\"offset\":(\\d+).*$", "$1"));
    }

    private void produce(String value) throws Exception {
        EncodedBatch batch = new EncodedBatch(100, 100, budget.reservation());
        batch.add(value, null, null, null);
        broker.produce("t", batch, null).get();
    }

    private static Object get(Object object, String field) throws ReflectiveOperationException {
        var found = object.getClass().getDeclaredField(field);
        found.setAccessible(true);
        return found.get(object);
    }

    private static void setInt(Object object, String field, int value) throws ReflectiveOperationException {
        var found = object.getClass().getDeclaredField(field);
        found.setAccessible(true);
        found.setInt(object, value);
    }
}
