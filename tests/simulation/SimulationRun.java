package tests.simulation;

import static tests.simulation.Violation.unless;

import engine.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import storage.Fsync;

/**
 * One simulation: a seed decides every step, the order of all tasks, and every fault. The same seed and the same steps give the same
 * history. For one thread.
 */
final class SimulationRun {
    private final long seed;
    private final boolean isWindows;
    private final SimulatedBroker simulated;
    private final TopicVersions versions;
    private final Calls calls;
    private final List<String> history = new ArrayList<>();
    private final List<Throwable> uncaught = new ArrayList<>();

    /** Gets a new seed for each step, so that a step does not depend on the random numbers of the steps before it. */
    private final Random random = new Random();

    /** Whether forces of this process have failed. Then Linux shows what was written before, but may never write it to the disk. */
    private boolean haveForcesFailed;

    /** Whether forces of an earlier process have failed. The broker cannot know that, so a power loss may lose confirmed messages. */
    private boolean hadForcesFailed;

    /** @param fsync null for a broker without a data directory */
    SimulationRun(long seed, Fsync fsync) {
        this.seed = seed;
        // A quarter of the seeds. Four seeds in a row have the four modes of Simulations.
        this.isWindows = fsync != null && Math.floorMod(Math.floorDiv(seed, 4L), 4L) == 3;
        this.simulated = new SimulatedBroker(random, fsync, isWindows);
        this.versions = new TopicVersions(simulated);
        this.calls = new Calls(simulated, versions);
    }

    /** What happened, a line for each step. */
    List<String> history() {
        return history;
    }

    /**
     * Runs these steps.
     *
     * @param steps their numbers
     * @throws Violation if the broker did what the model does not allow
     */
    void run(List<Integer> steps) {
        catchingAll(() -> {
            begin();
            for (int step : steps) {
                begin(step);
                step();
                requireNothingUncaught();
            }
            history.add("end");
            check();
            return true;
        });
    }

    /**
     * Runs calls until the disk was changed a number of times. Then the process ends, and the broker is started again.
     *
     * @param steps the numbers of the calls
     * @param loss null if the power is not lost
     * @return whether there were as many changes
     * @throws Violation as {@link #run}
     */
    boolean runUntil(int changes, List<Integer> steps, Loss loss) {
        return catchingAll(() -> {
            begin();
            simulated.faults.changesLeft = changes;
            for (int step : steps) {
                begin(step);
                if (random.nextInt(8) == 0) {
                    advance(random.nextInt(1500));
                } else {
                    call();
                }
                if (!simulated.disk.isMounted()) {
                    restart(loss == null ? Ending.KILL : Ending.POWER_LOSS, loss);
                    check();
                    requireNothingUncaught();
                    return true;
                }
            }
            return false;
        });
    }

    private void begin() {
        random.setSeed(seed);
        history.add("start" + (isWindows ? " on Windows" : ""));
        start();
    }

    private void begin(int step) {
        random.setSeed(seed * 1_000_003L + step);
        history.add(step + ": ");
    }

    /** Runs an action, and notes what its tasks throw. */
    private boolean catchingAll(BooleanSupplier action) {
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        try {
            return action.getAsBoolean();
        } catch (EngineException e) {
            throw new Violation("failed with " + e);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
    }

    private void requireNothingUncaught() {
        uncaught.removeIf(ProcessEnded.class::isInstance);
        unless(uncaught.isEmpty(), "not caught: %s", uncaught);
    }

    private void note(String text) {
        int last = history.size() - 1;
        history.set(last, history.get(last) + text);
    }

    private void step() {
        int kind = random.nextInt(100);
        simulated.faults.areWritesShort = random.nextInt(10) == 0;
        if (kind < 84) {
            boolean endsMidway = simulated.fsync() != null && random.nextInt(25) == 0;
            simulated.faults.changesLeft = endsMidway ? random.nextInt(12) : -1;
            call();
            if (endsMidway) {
                restart();
            }
        } else if (kind < 92) {
            advance(random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(1500));
        } else if (kind < 94) {
            int ms = random.nextInt(60_000) - 30_000;
            note("the wall clock jumps by " + ms + " ms");
            simulated.scheduler.jump(ms);
        } else if (kind < 96) {
            simulated.faults.isFull = random.nextBoolean();
            simulated.faults.doForcesFail = !simulated.faults.isFull && random.nextInt(2) == 0;
            if (simulated.faults.doForcesFail) {
                haveForcesFailed = true;
                versions.forcesFail();
            }
            note("disk full: " + simulated.faults.isFull + ", forces fail: " + simulated.faults.doForcesFail);
        } else if (kind < 97) {
            note("check");
            check();
        } else {
            restart();
        }
    }

    private void call() {
        try {
            calls.make(random);
        } finally {
            note(calls.description());
        }
    }

    private void advance(int ms) {
        note("advance " + ms + " ms");
        try {
            simulated.scheduler.advance(ms, calls::expireSessions);
        } catch (ProcessEnded e) {
            note(" -> the process ended");
        }
    }

    /** Everything is as the model says. */
    private void check() {
        TreeSet<String> names = new TreeSet<>(versions.existing());
        names.addAll(simulated.topics());
        names.forEach(name -> versions.requireSame(versions.current(name), simulated.view(name), false));
    }

    /** How a process ends. */
    private enum Ending {
        STOP,
        KILL,
        POWER_LOSS
    }

    private void restart() {
        if (simulated.fsync() == null) {
            note("; restart without a data directory");
            versions.forget();
            start();
            return;
        }
        boolean mayLosePower = simulated.fsync() == Fsync.NEVER
                || (!hadForcesFailed
                        && (simulated.fsync() == Fsync.ALWAYS
                                || (simulated.fsync() == Fsync.INTERVAL && !haveForcesFailed)));
        List<Ending> endings = new ArrayList<>(List.of(Ending.KILL));
        if (simulated.disk.isMounted()) {
            endings.add(Ending.STOP);
        }
        if (mayLosePower) {
            endings.add(Ending.POWER_LOSS);
        }
        List<Loss> losses = List.of(Loss.values());
        restart(endings.get(random.nextInt(endings.size())), losses.get(random.nextInt(losses.size())));
    }

    /** @param loss is used only with {@link Ending#POWER_LOSS} */
    private void restart(Ending ending, Loss loss) {
        simulated.faults.clear();
        note("; " + ending);
        hadForcesFailed |= haveForcesFailed && ending != Ending.POWER_LOSS;
        haveForcesFailed = false;
        switch (ending) {
            case STOP -> stop();
            case KILL -> simulated.disk.unmount();
            case POWER_LOSS -> {
                note(" " + loss);
                simulated.disk.losePower(loss);
            }
        }
        if (ending == Ending.POWER_LOSS) {
            versions.powerLost();
        } else {
            versions.killed();
        }
        if (ending == Ending.POWER_LOSS && simulated.fsync() == Fsync.NEVER) {
            startWithAnyLoss();
            return;
        }
        while (random.nextInt(4) == 0) { // the process ends during the start, too
            simulated.faults.changesLeft = random.nextInt(8);
            startOrEnd();
            simulated.faults.clear();
            if (ending == Ending.POWER_LOSS) {
                simulated.disk.losePower(loss);
            } else {
                simulated.disk.unmount();
            }
            note(" during the start, too");
        }
        if (ending == Ending.POWER_LOSS && random.nextInt(8) == 0) {
            startWithFlippedBit();
        }
        if (random.nextInt(10) == 0) {
            startWithFailedRead();
        }
        start();
        TreeSet<String> names = new TreeSet<>(versions.known());
        names.addAll(simulated.topics());
        versions.restarted(names, ending != Ending.POWER_LOSS);
    }

    /** After the loss of anything, the broker starts, if necessary after a repair, and has no other messages than before. */
    private void startWithAnyLoss() {
        try {
            simulated.start();
        } catch (IOException e) {
            note("; repair: " + e.getMessage());
            repair();
            start();
        }
        versions.requireKnownMessages(simulated.topics());
        calls.deleteAllTopics();
        versions.forget();
    }

    /** The broker says that a bit has changed, or it has lost messages at the end of a topic, but has no others. */
    private void startWithFlippedBit() {
        DiskNode before = simulated.disk.afterPowerLoss();
        note("; bit flipped in " + simulated.disk.flipBit());
        try {
            simulated.start();
            versions.requireKnownMessages(simulated.topics());
        } catch (IOException e) {
            note(": " + e.getMessage());
        }
        simulated.disk.restore(before);
    }

    /** The broker does not start, or the failed read makes no difference. */
    private void startWithFailedRead() {
        simulated.faults.readsLeft = random.nextInt(6);
        try {
            simulated.start();
        } catch (IOException e) {
            note("; read failed: " + e.getMessage());
        }
        simulated.faults.clear();
        simulated.disk.unmount();
    }

    private void repair() {
        try {
            simulated.repair();
        } catch (IOException e) {
            throw new Violation("the repair failed: " + e.getMessage());
        }
    }

    private void stop() {
        try {
            simulated.stop();
        } catch (IOException e) {
            throw new Violation("the stop failed: " + e.getMessage());
        }
    }

    private void start() {
        try {
            simulated.start();
            simulated.requireWholeRecords();
        } catch (IOException e) {
            throw new Violation("the start failed: " + e.getMessage());
        }
    }

    private void startOrEnd() {
        try {
            start();
        } catch (ProcessEnded e) {
            // as it should be
        }
    }
}
