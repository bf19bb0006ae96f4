package storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.ConsumerSettings;
import engine.EncodedBatch;
import engine.GroupOffsets.Committed;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.OffsetSpec;
import engine.Scheduler;
import engine.TopicSettings;
import engine.WhenFull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The groups of clients of another protocol come back after a restart, also after a kill: what is in the files then is copied. */
public class StoredOffsetsTest {
    private static final Map<Integer, Committed> SOME =
            Map.of(0, new Committed(7, "x\n\u2028\u00e4\"}"), 2, new Committed(0, ""));

    @TempDir
    private Path folder;

    private final MemoryBudget budget = new MemoryBudget(100 << 20);
    private MemoryBroker broker;
    private DataDirectory directory;
    private int starts;

    @BeforeEach
    void start() throws IOException {
        start(folder.resolve("0"));
        broker.registerTopic("t", new TopicSettings(3, null, null, null, null)).join();
        broker.registerTopic("u", new TopicSettings(2, 10L, null, null, WhenFull.DROP_OLDEST))
                .join();
    }

    @AfterEach
    void stop() throws IOException {
        directory.close();
    }

    @Test
    void committed_offsets_come_back_with_their_metadata_and_their_absence() throws IOException {
        broker.groupOffsets().commit("g", "t", SOME).join();
        broker.groupOffsets().commit("h", "t", SOME).join();
        broker.groupOffsets()
                .commit("h", "t", Map.of(0, new Committed(8, ""), 1, new Committed(9, "y")))
                .join();
        for (int i = 0; i < 2; i++) { // the second start reads what the first one has written, too
            restart(i == 0);
            assertEquals(Map.of("t", SOME), broker.groupOffsets().committed("g"));
            assertEquals(
                    Map.of("t", Map.of(0, new Committed(8, ""), 1, new Committed(9, "y"), 2, new Committed(0, ""))),
                    broker.groupOffsets().committed("h"));
        }
    }

    @Test
    void what_was_deleted_does_not_come_back() throws IOException {
        for (String group : List.of("g", "h", "i")) {
            broker.groupOffsets().commit(group, "t", SOME).join();
            broker.groupOffsets()
                    .commit(group, "u", Map.of(0, new Committed(1, "")))
                    .join();
        }
        broker.groupOffsets().delete("g").join();
        broker.groupOffsets().delete("h", "t", Set.of(0)).join();
        broker.groupOffsets().delete("i", "t", Set.of(0, 1, 2)).join();
        restart(true);
        assertEquals(Set.of("h", "i"), broker.groupOffsets().groupNames());
        assertEquals(
                Map.of("t", Map.of(2, new Committed(0, "")), "u", Map.of(0, new Committed(1, ""))),
                broker.groupOffsets().committed("h"));
        assertEquals(
                Map.of("u", Map.of(0, new Committed(1, ""))),
                broker.groupOffsets().committed("i"));
    }

    @Test
    void a_new_segment_begins_with_all_of_it() throws IOException {
        broker.groupOffsets()
                .commit("g", "u", Map.of(0, new Committed(1, "note")))
                .join();
        broker.groupOffsets()
                .commit("h", "u", Map.of(0, new Committed(1, "note")))
                .join();
        broker.groupOffsets().delete("h").join();
        fillSegment();
        List<Path> segments = segmentsOf("u");
        assertTrue(segments.size() > 0 && !segments.get(0).endsWith("00000001.ndjson"), segments.toString());
        restart(true);
        assertEquals(Set.of("g"), broker.groupOffsets().groupNames());
        assertEquals(
                Map.of("u", Map.of(0, new Committed(1, "note"))),
                broker.groupOffsets().committed("g"));
    }

    @Test
    void a_consumer_fills_the_gaps_of_its_group_for_ever() throws IOException {
        broker.groupOffsets().commit("g", "t", SOME).join();
        ConsumerSettings consumer = new ConsumerSettings("c", "g", false, OffsetSpec.parse("start", null), null);
        broker.registerConsumer("t", consumer).join();
        restart(true);
        assertEquals(
                Map.of(0, SOME.get(0), 1, new Committed(0, ""), 2, new Committed(0, "")),
                broker.groupOffsets().committed("g").get("t"));
        broker.commit("c", Map.of(0, 0L)).join();
        broker.unregisterConsumer("c").join();
        broker.groupOffsets().delete("g").join();
        broker.registerConsumer("t", consumer).join();
        restart(true);
        assertEquals(1, broker.groups("g").items().findFirst().orElseThrow().generation());
        assertEquals(
                new Committed(0, ""),
                broker.groupOffsets().committed("g").get("t").get(0));
    }

    @Test
    void a_topic_that_was_deleted_takes_its_groups_with_it() throws IOException {
        broker.groupOffsets().commit("g", "t", SOME).join();
        broker.deleteTopic("t").join();
        broker.registerTopic("t", new TopicSettings(3, null, null, null, null)).join();
        restart(true);
        assertEquals(Set.of(), broker.groupOffsets().groupNames());
    }

    @Test
    void a_line_of_an_earlier_version_is_complete() throws IOException {
        ConsumersState state = new ConsumersState(2);
        String line = "{\"consumers\":{\"groups\":[{\"group\":\"g\",\"committed\":[3,4]}],\"consumers\":[]}}";
        state.replaceWith(parse(line).consumers);
        state.commit(parse("{\"committed\":{\"group\":\"g\",\"offsets\":[{\"partition\":1,\"offset\":5}]}}").committed);
        assertEquals(line.replace('4', '5'), Entry.JSON.writeValueAsString(Entry.consumers(state.entry())));
    }

    private static Entry parse(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return Entry.parse(bytes, 0, bytes.length);
    }

    /** Fills the segment, until the first one is gone. */
    private void fillSegment() throws IOException {
        for (int round = 0; round < 100 && segmentsOf("u").get(0).endsWith("00000001.ndjson"); round++) {
            for (int i = 0; i < 20; i++) {
                EncodedBatch batch = new EncodedBatch(100_000, 200_000, budget.reservation());
                batch.add("v".repeat(100_000), null, null, null);
                broker.produce("u", batch, null).join();
            }
            broker.maintain().join();
        }
    }

    private List<Path> segmentsOf(String topic) throws IOException {
        Path topics = folder.resolve("" + starts).resolve("topics");
        try (Stream<Path> folders = Files.list(topics)) {
            Path one = folders.filter(path -> path.toString().endsWith("-" + topic))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> files = Files.list(one)) {
                return files.sorted().collect(Collectors.toList());
            }
        }
    }

    /** Starts a broker on a copy of the folder, which is what a kill leaves, or on what a stop leaves. */
    private void restart(boolean isKilled) throws IOException {
        Path before = folder.resolve("" + starts);
        starts++;
        Path after = folder.resolve("" + starts);
        if (!isKilled) {
            directory.close();
        }
        try (Stream<Path> paths = Files.walk(before)) {
            for (Path path : paths.collect(Collectors.toList())) {
                Files.copy(path, after.resolve(before.relativize(path)));
            }
        }
        directory.close();
        start(after);
    }

    private void start(Path data) throws IOException {
        directory = new DataDirectory(data, Fsync.INTERVAL, Scheduler.SYSTEM);
        broker = new MemoryBroker(budget, 256, directory);
        directory.restore(broker);
    }
}
