package tests.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import storage.Fsync;

/** Runs simulations, and makes the history of a failure as short as possible. */
public final class Simulations {
    /** Null is a broker without a data directory. */
    private static final List<Fsync> MODES = Arrays.asList(Fsync.ALWAYS, Fsync.INTERVAL, Fsync.NEVER, null);

    private final int steps;
    private final Fsync fsync;
    private final boolean isFailFast;
    private final PrintStream out;
    private volatile boolean hasFailed;

    /**
     * @param fsync null if the seed decides
     * @param isFailFast whether to stop at the first failure
     */
    public Simulations(int steps, Fsync fsync, boolean isFailFast, PrintStream out) {
        this.steps = steps;
        this.fsync = fsync;
        this.isFailFast = isFailFast;
        this.out = out;
    }

    /** Runs a range of seeds, on all processors. Returns the number of failures. */
    public int run(long from, int seeds) {
        return (int) LongStream.range(from, from + seeds)
                .parallel()
                .filter(seed -> !passes(seed))
                .count();
    }

    /**
     * Ends a broker after each change of its disk that the calls of a seed make, with each kind of loss, and without a loss.
     *
     * @return the number of failures
     */
    public int runCrashPoints(long seed, int calls) {
        List<Integer> steps = IntStream.range(0, calls).boxed().collect(Collectors.toList());
        List<Loss> losses = new ArrayList<>(List.of(Loss.values()));
        losses.add(null); // the process ends, and the power is not lost
        int failures = 0;
        boolean isReached = true;
        int points = 0;
        for (; isReached; points++) {
            for (Loss loss : losses) {
                SimulationRun run = new SimulationRun(seed, fsync);
                try {
                    isReached = run.runUntil(points, steps, loss);
                } catch (RuntimeException | Error e) {
                    failures++;
                    out.println(
                            "change " + points + " of seed " + seed + ", fsync " + fsync + ", loss " + loss + ": " + e);
                    run.history().forEach(line -> out.println("    " + line));
                }
            }
        }
        out.println((points - 1) * losses.size() + " crash points of seed " + seed + ", fsync " + fsync);
        return failures;
    }

    private boolean passes(long seed) {
        if (isFailFast && hasFailed) {
            return true;
        }
        List<Integer> all = IntStream.range(0, steps).boxed().collect(Collectors.toList());
        SimulationRun run = new SimulationRun(seed, mode(seed));
        Throwable failure = failure(run, all);
        if (failure == null) {
            return true;
        }
        hasFailed = true;
        List<Integer> shortest =
                shorten(seed, all.subList(0, Math.min(all.size(), run.history().size() - 1)));
        SimulationRun again = new SimulationRun(seed, mode(seed));
        Throwable last = failure(again, shortest);
        synchronized (out) {
            out.println("seed " + seed + ", fsync " + mode(seed) + ": " + (last == null ? failure : last));
            again.history().forEach(line -> out.println("    " + line));
            if (!(last instanceof Violation) && last != null) {
                last.printStackTrace(out);
            }
        }
        return false;
    }

    private Fsync mode(long seed) {
        return fsync != null ? fsync : MODES.get(Math.floorMod(seed, MODES.size()));
    }

    /** Null if the run does not fail. */
    private static Throwable failure(SimulationRun run, List<Integer> steps) {
        try {
            run.run(steps);
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    /** Removes steps as long as the run fails: delta debugging, as Zeller and Hildebrandt describe it (2002). */
    private List<Integer> shorten(long seed, List<Integer> failing) {
        List<Integer> best = failing;
        for (int size = best.size() / 2; size > 0; size /= 2) {
            for (int from = 0; from < best.size(); ) {
                List<Integer> fewer = new ArrayList<>(best);
                fewer.subList(from, Math.min(best.size(), from + size)).clear();
                if (failure(new SimulationRun(seed, mode(seed)), fewer) != null) {
                    best = fewer;
                } else {
                    from += size;
                }
            }
        }
        return best;
    }
}
