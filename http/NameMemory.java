package http;

import engine.Reservation;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes memory for the names in a JSON text that is read piece by piece. A parser keeps each different name until the text ends, in its
 * symbol table, and those of one object again to find one that is there twice. For one thread, once.
 */
final class NameMemory {
    /** So many different names are not counted. */
    private static final int FEW = 1000;

    /** From there on names are counted by so many. */
    private static final int STEP = 64;

    private final Reservation memory;
    private final Set<String> few = new HashSet<>();
    private int more;

    /** @param memory which keeps what is taken */
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
