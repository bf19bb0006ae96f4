package tests;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints a line for each test as it ends, and the closing line. Tests may end at the same time. */
final class TestReport implements TestExecutionListener {
    private final PrintStream out = System.out;
    private TestPlan plan;
    private int passed;
    private int failed;
    private int skipped;
    private String remark = "";

    /** What comes from now on has this behind the name of its class. */
    void begin(String remarkOfRun) {
        remark = remarkOfRun;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.SUCCESSFUL) {
            if (test.isTest()) {
                passed++;
                out.println("ok      " + name(test));
            }
            return;
        }
        if (result.getStatus() == Status.ABORTED) {
            executionSkipped(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
            return;
        }
        failed++; // a class that could not be set up counts too
        out.println("FAILED  " + name(test));
        result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        skipped++;
        out.println("skipped " + name(test) + ": " + reason);
    }

    /** Prints {@code N passed, N failed} and returns the exit code. A run without a test has failed. */
    int finish() {
        out.println(passed + " passed, " + failed + " failed" + (skipped > 0 ? ", " + skipped + " skipped" : ""));
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    private String name(TestIdentifier test) {
        TestIdentifier parent = plan.getParent(test).filter(it -> it.getParentId().isPresent()).orElse(null);
        return parent == null ? test.getDisplayName() + remark : name(parent) + " / " + test.getDisplayName();
    }
}
