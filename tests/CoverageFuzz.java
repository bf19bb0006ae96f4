///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs fuzz tests of the parsers on stored inputs, or searches for new inputs.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS com.code-intelligence:jazzer-junit:0.24.0
//DEPS com.google.jimfs:jimfs:1.3.0
//SOURCES ProjectFiles.java Scripts.java TestReport.java TestRun.java
//SOURCES coverage/BatchParserFuzzTest.java coverage/Corpus.java coverage/HeadersFuzzTest.java coverage/JsonTextFuzzTest.java
//SOURCES coverage/SegmentFuzzTest.java
//SOURCES ../Broker.java
package tests;

import cli.Version;
import engine.JsonTextFuzzTest;
import http.BatchParserFuzzTest;
import http.HeadersFuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import storage.SegmentFuzzTest;

/** Fuzz tests with Jazzer. They run in a process of their own, because Jazzer changes the classes of the JDK. */
@Command(
        name = "coverage-fuzz",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description = {
            "Runs fuzz tests of the parsers on the inputs in tests/coverage/corpus.",
            "With JAZZER_FUZZ=1 and the name of one test, searches four minutes for inputs that reach more code."
        })
public class CoverageFuzz implements Callable<Integer> {
    private static final List<Class<?>> CLASSES =
            List.of(JsonTextFuzzTest.class, BatchParserFuzzTest.class, HeadersFuzzTest.class, SegmentFuzzTest.class);

    @Parameters(paramLabel = "TEST", description = "Classes or methods. Default: all.")
    private List<String> names = List.of();

    @Option(names = "--add", description = "Add the inputs that searches have found to tests/coverage/corpus.")
    private boolean mustAdd;

    public static void main(String... args) {
        System.exit(new CommandLine(new CoverageFuzz()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (mustAdd) {
            for (Class<?> test : CLASSES) {
                System.out.println(test.getSimpleName() + ": " + Corpus.add(test) + " inputs added");
            }
            return 0;
        }
        TestReport report = new TestReport();
        TestRun.run(CLASSES, names, Map.of(), 1, report);
        return report.finish();
    }
}
