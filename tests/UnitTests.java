///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs the tests of mini-kafka that need no process, in seconds.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.apache.kafka:kafka-clients:4.3.1
//SOURCES ClassicGroupTest.java CommitFenceTest.java DiskQueueTest.java EncodedBatchTest.java EngineTest.java GroupOffsetsTest.java GrowthTest.java InstanceIdTest.java LogRetentionTest.java LogTest.java
//SOURCES NamesTest.java
//SOURCES PagesTest.java ProjectFiles.java RecordTest.java Scripts.java SegmentTest.java StickyAssignorTest.java
//SOURCES history/Anomaly.java history/Finding.java history/Findings.java history/History.java history/HistoryTest.java
//SOURCES history/PartitionHistory.java
//SOURCES StoredConsumerTest.java StoredOffsetsTest.java TestReport.java TestRun.java
//SOURCES ../benchmark/growth/Growth.java ../kafka/gateway/InstanceId.java ../kafka/gateway/StoredConsumer.java
//SOURCES ../kafka/protocol/package-info.java ../Broker.java
package tests;

import benchmark.growth.GrowthTest;
import cli.Version;
import engine.CommitFenceTest;
import engine.DiskQueueTest;
import engine.EncodedBatchTest;
import engine.EngineTest;
import engine.GroupOffsetsTest;
import engine.LogRetentionTest;
import engine.LogTest;
import engine.NamesTest;
import engine.SegmentTest;
import engine.StickyAssignorTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kafka.gateway.InstanceIdTest;
import kafka.gateway.StoredConsumerTest;
import kafka.protocol.ClassicGroupTest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import storage.RecordTest;
import storage.StoredOffsetsTest;
import tests.history.HistoryTest;

/** Tests of pure logic: a line for each test, and at the end how many passed and failed. The exit code is 1 if any failed. */
@Command(
        name = "unit-tests",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description = "Runs the tests that need no process, or those of the named classes or methods.")
public class UnitTests implements Callable<Integer> {
    static final List<Class<?>> CLASSES = List.of(
            LogTest.class,
            SegmentTest.class,
            LogRetentionTest.class,
            StickyAssignorTest.class,
            CommitFenceTest.class,
            EncodedBatchTest.class,
            RecordTest.class,
            StoredOffsetsTest.class,
            NamesTest.class,
            EngineTest.class,
            GroupOffsetsTest.class,
            DiskQueueTest.class,
            HistoryTest.class,
            InstanceIdTest.class,
            StoredConsumerTest.class,
            ClassicGroupTest.class,
            GrowthTest.class,
            PagesTest.class);

    @Parameters(
            paramLabel = "TEST",
            description =
                    "Classes or methods, such as LogTest or LogTest#what_was_taken_back_has_no_time. Default: all.")
    private List<String> names = List.of();

    public static void main(String... args) {
        System.exit(new CommandLine(new UnitTests()).execute(args));
    }

    @Override
    public Integer call() {
        TestReport report = new TestReport();
        TestRun.run(CLASSES, names, Map.of(), 1, report);
        return report.finish();
    }
}
