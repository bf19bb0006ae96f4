package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rule for names, which is Kafka's, and the nearest name. */
public class NamesTest {
    @Test
    void names_of_letters_digits_and_three_signs_are_legal() {
        for (String name : List.of("a", "A-b_c.9", "...", "x".repeat(249))) {
            assertEquals(name, Names.require("topic", name));
        }
    }

    @Test
    void all_other_names_are_refused_with_the_rule() {
        for (String name : List.of("", ".", "..", "a b", "a/b", "ä", "a\n", "x".repeat(250))) {
            EngineException refusal = assertThrows(EngineException.class, () -> Names.require("topic", name));
            assertEquals(ErrorCode.INVALID, refusal.code());
            assertTrue(refusal.getMessage().contains("1 to 249"), refusal.getMessage());
            assertTrue(refusal.getMessage().length() < 200, refusal.getMessage());
        }
    }

    @Test
    void a_generated_name_has_the_prefix_and_eight_hexadecimal_digits() {
        assertTrue(Names.requireIdOrCreate("consumer_id", null, "consumer-").matches("consumer-[0-9a-f]{8}"));
        assertEquals("alice", Names.requireIdOrCreate("consumer_id", "alice", "consumer-"));
    }

    @Test
    void the_nearest_name_is_a_likely_one_or_none() {
        List<String> known = List.of("demo", "orders", "orders-2026");
        assertEquals(Optional.of("demo"), Names.nearest("dmeo", known));
        assertEquals(Optional.of("orders"), Names.nearest("order", known));
        assertEquals(Optional.empty(), Names.nearest("payments", known));
        assertEquals(Optional.empty(), Names.nearest("x", known));
    }
}
