package engine;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** A {@link MemoryBudget} behaves as if its calls were made one after the other, so that its limits hold. */
@Param(name = "bytes", gen = IntGen.class, conf = "1:60")
public class MemoryBudgetInterleavings {
    /** 120 bytes are for kept memory, 108 of them for state; 40 are for memory in flight, 35 of them for large requests. */
    private final MemoryBudget budget = new MemoryBudget(200);

    @Operation
    public boolean keep(@Param(name = "bytes") int bytes) {
        try {
            budget.keep(bytes);
            return true;
        } catch (EngineException e) {
            return false;
        }
    }

    @Operation
    public boolean keepState(@Param(name = "bytes") int bytes) {
        try {
            budget.keepState(bytes);
            return true;
        } catch (EngineException e) {
            return false;
        }
    }

    @Operation
    public void free(@Param(name = "bytes") int bytes) {
        budget.add(-bytes);
    }

    @Operation
    public long kept() {
        return budget.kept();
    }

    @Operation
    public boolean takeSmall(@Param(name = "bytes") int bytes) {
        return budget.tryTake(bytes, true);
    }

    @Operation
    public boolean takeLarge(@Param(name = "bytes") int bytes) {
        return budget.tryTake(bytes, false);
    }

    @Operation
    public void giveBack(@Param(name = "bytes") int bytes) {
        budget.giveBack(bytes);
    }

    @Operation
    public long inFlight() {
        return budget.inFlight();
    }

    @Test
    void limits_hold() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(100)
                .threads(3)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1)
                .check(MemoryBudgetInterleavings.class);
    }
}
