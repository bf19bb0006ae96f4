package tests;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints a line with its time for each test as it ends, the slowest classes and the closing line. Tests may end at the same time. */
final class TestReport {
    private static final int SLOWEST = 10;

    private final Map<String, Double> classSeconds = new ConcurrentHashMap<>();
    private final PrintStream out = System.out;
    private int passed;
    private int failed;
    private int skipped;
    private volatile String remark = "";

    /** What comes from now on has this behind the name of its class. */
    void begin(String remarkOfRun) {
        remark = remarkOfRun;
    }

    /** Listens to one run. Several runs may go on at the same time. */
    TestExecutionListener listener() {
        return new Listener();
    }

    /** Reports a test that is not run. */
    synchronized void leftOut(String name, String reason) {
        skipped++;
        out.println("skipped " + name + ": " + reason);
    }

    private synchronized void pass(String name, double seconds) {
        passed++;
        out.println(String.format(Locale.ROOT, "ok      %s (%.1f s)", name, seconds));
    }

    /** Reports a test, or a class that could not be set up. */
    private synchronized void fail(String name, Throwable failure) {
        failed++;
        out.println("FAILED  " + name);
        if (failure != null) {
            failure.printStackTrace(out);
        }
    }

    /** Prints the slowest classes and {@code N passed, N failed}, and returns the exit code. A run without a test has failed. */
    synchronized int finish() {
        classSeconds.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(SLOWEST)
                .forEach(it ->
                        out.println(String.format(Locale.ROOT, "slowest %s (%.1f s)", it.getKey(), it.getValue())));
        out.println(passed + " passed, " + failed + " failed" + (skipped > 0 ? ", " + skipped + " skipped" : ""));
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    private final class Listener implements TestExecutionListener {
        private final Map<String, Long> startedNanos = new ConcurrentHashMap<>();
        private TestPlan plan;

        @Override
        public void testPlanExecutionStarted(TestPlan testPlan) {
            plan = testPlan;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            startedNanos.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            double seconds = (System.nanoTime() - startedNanos.remove(test.getUniqueId())) / 1e9;
            if (isTopLevelClass(test)) {
                classSeconds.put(name(test), seconds);
            }
            if (result.getStatus() == Status.FAILED) {
                fail(name(test), result.getThrowable().orElse(null));
            } else if (result.getStatus() == Status.ABORTED) {
                executionSkipped(
                        test, result.getThrowable().map(Throwable::getMessage).orElse(""));
            } else if (test.isTest()) {
                pass(name(test), seconds);
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            leftOut(name(test), reason);
        }

        private boolean isTopLevelClass(TestIdentifier test) {
            return plan.getParent(test).filter(it -> it.getParentId().isEmpty()).isPresent();
        }

        private String name(TestIdentifier test) {
            TestIdentifier parent = plan.getParent(test)
                    .filter(it -> it.getParentId().isPresent())
                    .orElse(null);
            return parent == null ? test.getDisplayName() + remark : name(parent) + " / " + test.getDisplayName();
        }
    }
}
