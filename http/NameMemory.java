package http;

import engine.Reservation;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes memory for the field names in a JSON text that is parsed piece by piece. The parser keeps each distinct name in its symbol table
 * until the text ends. It keeps the names of an object a second time, to detect duplicates. Not thread-safe; an instance is for one text.
 */
final class NameMemory {
    /** The number of distinct names that are not counted. */
    private static final int FEW = 1000;

    /** Memory is then taken for so many names at a time. */
    private static final int STEP = 64;

    private final Reservation memory;
    private final Set<String> few = new HashSet<>();
    private int more;

    /** @param memory the reservation to take from; nothing is given back to it */
    NameMemory(Reservation memory) {
        this.memory = memory;
    }

    /** @throws engine.EngineException TOO_LARGE, OVERLOADED */
    void note(String name) {
        boolean isCounted = !few.contains(name) && (few.size() == FEW || !few.add(name));
        if (isCounted && ++more % STEP == 0) {
            memory.take((long) STEP * (JsonMemory.STRING + JsonMemory.NAME));
        }
    }
}
