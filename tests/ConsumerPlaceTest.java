package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** Where a consumer reads from: {@code --from} and {@code --seek}. */
class ConsumerPlaceTest {
    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @ParameterizedTest
    @CsvSource({
        "earliest, v0 v1 v2 v3 v4",
        "0, v0 v1 v2 v3 v4",
        "3, v3 v4",
        "-2, v3 v4",
        "-5, v0 v1 v2 v3 v4",
        "-10, v0 v1 v2 v3 v4",
        "-0, ''",
        "latest, ''",
        "now, ''",
        "NOW, ''",
        "2026-01-31, v0 v1 v2 v3 v4",
        "2026-01-31T12:00, v0 v1 v2 v3 v4",
        "2026-01-31 12:00:30, v0 v1 v2 v3 v4",
        "2026-01-31T12:00:00Z, v0 v1 v2 v3 v4",
        "2026-01-31T12:00+0100, v0 v1 v2 v3 v4",
        "2099-01-31, ''",
        "2099-01-31T12:00:00+01:00, ''"
    })
    void a_place_counts_for_a_new_consumer_and_for_one_that_moves(String place, String expected) {
        if (http.get("/topics/place").status() == 404) {
            http.produce("place", 5);
        }
        String lines = expected.isEmpty() ? "" : expected.replace(' ', '\n') + "\n";
        assertEquals(lines, consume("place", "--from", place).out());
        assertEquals(lines, consume("place", "--from=" + place).out());
        http.post("/consumers/register", "topic", "place", "consumer_id", "place.known");
        assertEquals(
                lines, consume("place", "-c", "place.known", "--seek", place).out());
    }

    @Test
    void a_time_lies_between_messages() throws InterruptedException {
        http.produce("place.time", 1);
        Thread.sleep(1100); // a time of the command line may be of whole seconds
        Instant middle = Instant.now();
        http.post("/produce", "topic", "place.time", "value", "later");
        assertEquals(
                "later\n", consume("place.time", "--from", middle.toString()).out());
        assertEquals(
                "later\n",
                consume(
                                "place.time",
                                "--from",
                                LocalDateTime.now(ZoneId.systemDefault())
                                        .minus(System.currentTimeMillis() - middle.toEpochMilli(), ChronoUnit.MILLIS)
                                        .truncatedTo(ChronoUnit.MILLIS)
                                        .toString())
                        .out());
    }

    @Test
    void the_last_messages_are_those_of_each_partition() {
        http.post("/topics/register", "topic", "place.three", "partitions", 3);
        for (int i = 0; i < 12; i++) {
            http.post("/produce", "topic", "place.three", "value", "v" + i, "partition", i % 3);
        }
        assertEquals(
                List.of("v10", "v11", "v6", "v7", "v8", "v9"),
                consume("place.three", "--from", "-2").out().lines().sorted().toList());
        assertEquals(
                List.of("v11", "v8"),
                consume("place.three", "-c", "place.last", "--from", "latest", "--seek", "-2", "--partition", "2")
                        .out()
                        .lines()
                        .sorted()
                        .toList());
        assertEquals(
                List.of("v10", "v11", "v9"),
                consume("place.three", "-g", "place.group", "--from", "-1")
                        .out()
                        .lines()
                        .sorted()
                        .toList());
    }

    @Test
    void a_place_to_start_from_does_not_move_a_consumer_or_a_group_that_is_known() {
        http.produce("place.moved", 3);
        for (String who : new String[] {"-c", "-g"}) {
            assertEquals("v0\nv1\nv2\n", consume("place.moved", who, "place.m").out());
            for (String place : new String[] {"-2", "2026-01-31", "0"}) {
                Result result = consume("place.moved", who, "place.m", "--from", place);
                assertEquals("", result.out());
                assertTrue(result.stderr().contains("--from " + place + " is ignored"), result.stderr());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"soon", "", "12:00", "2026-02-30", "31.01.2026", "1e3", "99999999999999999999", "--5", "+5"})
    void what_is_no_place_is_explained_with_examples(String place) {
        for (String option : new String[] {"--from=", "--seek="}) {
            Result result = Commands.run("Consumer.java", "-t", "place", option + place);
            assertEquals(2, result.exitCode(), result.stderr());
            assertTrue(
                    result.stderr().contains("-10 (10 messages before the end)")
                            && result.stderr().contains("2026-01-31T12:00"),
                    result.stderr());
            LifecycleTest.assertOneLine(result.stderr());
        }
    }

    @Test
    void a_number_that_is_no_option_is_told_what_it_may_be() {
        for (String[] command : new String[][] {{"Consumer.java", "-5"}, {"Consumer.java", "-t", "place", "-5"}}) {
            Result result = Commands.run(command);
            assertEquals(2, result.exitCode());
            assertTrue(result.stderr().contains("For the last 5 messages: --from -5"), result.stderr());
        }
    }

    private Result consume(String topic, String... options) {
        return Commands.run(Stream.concat(
                        Stream.of("Consumer.java", "-b", broker.url(), "-t", topic, "--exit-at-end"),
                        Stream.of(options))
                .toArray(String[]::new));
    }
}
