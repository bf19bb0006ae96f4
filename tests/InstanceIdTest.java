package kafka.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.EngineException;
import engine.Names;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids of consumers in the form that Kafka accepts, and back. */
public class InstanceIdTest {
    @Test
    void each_id_has_a_form_of_its_own_and_comes_back() {
        List<String> ids = List.of(
                "alice",
                "_alice",
                "__alice",
                "_1.a.b",
                "__1.a.b",
                "_",
                "1.a.b",
                "a:b",
                "a.b:c",
                "a:b.c",
                "_a:_b",
                "a".repeat(100) + ":" + "b".repeat(100),
                "a".repeat(Names.MAX_LENGTH));
        assertEquals(ids.size(), ids.stream().map(InstanceId::of).distinct().count());
        for (String id : ids) {
            assertTrue(InstanceId.of(id).matches(Names.PATTERN), InstanceId.of(id));
            assertEquals(id, InstanceId.consumerId(InstanceId.of(id)));
        }
    }

    @Test
    void an_id_that_becomes_too_long_is_refused() {
        String owned = "a".repeat(Names.MAX_LENGTH) + ":b";
        assertTrue(assertThrows(EngineException.class, () -> InstanceId.of(owned))
                .getMessage()
                .contains("consumer_id is too long"));
    }

    @Test
    void the_instance_ids_of_other_clients_are_shown() {
        assertEquals("x", InstanceId.consumerId("x"));
        assertEquals("x", InstanceId.consumerId("_x"));
        assertEquals("", InstanceId.consumerId("_"));
        for (String malformed : List.of("_9.", "_9.a", "_999.a.b", "_1.ab")) {
            assertEquals(malformed, InstanceId.consumerId(malformed));
        }
    }
}
