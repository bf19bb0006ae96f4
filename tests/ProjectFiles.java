//FILES project/=../Broker.java project/=../CHANGELOG.md project/=../Consumer.java project/=../Producer.java
//FILES project/=../README.md project/=../Schemas.java project/benchmark/=../benchmark/Bar.java
//FILES project/benchmark/=../benchmark/Bench.java project/benchmark/=../benchmark/Benchmark.java
//FILES project/benchmark/=../benchmark/Comparison.java project/benchmark/=../benchmark/Durable.java project/benchmark/=../benchmark/Pages.java project/benchmark/=../benchmark/PageVisitors.java
//FILES project/benchmark/=../benchmark/Trickle.java project/benchmark/peers/=../benchmark/peers/FrameTime.java
//FILES project/benchmark/=../benchmark/EndToEnd.java
//FILES project/benchmark/=../benchmark/FileTransfer.java project/benchmark/=../benchmark/Format.java
//FILES project/benchmark/=../benchmark/HttpConnection.java project/benchmark/=../benchmark/Jvm.java
//FILES project/benchmark/=../benchmark/Kafka.java project/benchmark/=../benchmark/Kept.java
//FILES project/benchmark/=../benchmark/Latency.java project/benchmark/=../benchmark/Machine.java
//FILES project/benchmark/=../benchmark/Measure.java project/benchmark/=../benchmark/OneByOne.java
//FILES project/benchmark/=../benchmark/OurBroker.java project/benchmark/=../benchmark/Processes.java
//FILES project/benchmark/=../benchmark/RealLines.java project/benchmark/=../benchmark/Rebalance.java project/benchmark/=../benchmark/Redis.java
//FILES project/benchmark/=../benchmark/RetainedHeap.java project/benchmark/=../benchmark/Row.java
//FILES project/benchmark/=../benchmark/Scale.java project/benchmark/=../benchmark/Server.java
//FILES project/benchmark/=../benchmark/SingleProducers.java project/benchmark/peers/=../benchmark/peers/KafkaProducers.java
//FILES project/benchmark/=../benchmark/SingleProduce.java project/benchmark/=../benchmark/Table.java
//FILES project/benchmark/=../benchmark/VersionBefore.java project/benchmark/=../benchmark/Throughput.java project/benchmark/=../benchmark/Tool.java
//FILES project/benchmark/=../benchmark/Waiting.java project/benchmark/=../benchmark/WaitingCrowd.java
//FILES project/benchmark/=../benchmark/WarmStart.java project/benchmark/=../benchmark/Wrk.java
//FILES project/benchmark/=../benchmark/main.java project/benchmark/peers/=../benchmark/peers/BareJavalin.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaServer.java
//FILES project/benchmark/peers/=../benchmark/peers/fastapi_broker.py project/cli/=../cli/ClassArchive.java
//FILES project/http/=../http/NetworkAddresses.java
//FILES project/cli/=../cli/Cli.java project/cli/=../cli/Environment.java project/cli/=../cli/Terminal.java project/client/=../client/Accumulator.java
//FILES project/client/=../client/AnswerLostException.java project/client/=../client/BatchProducer.java
//FILES project/client/=../client/BrokerClient.java project/client/=../client/BrokerUnavailableException.java
//FILES project/client/=../client/ClientOptions.java project/client/=../client/GeneratedLines.java
//FILES project/client/=../client/HttpCall.java project/client/=../client/LineChunks.java
//FILES project/client/=../client/MessageFormat.java project/client/=../client/NdjsonMessages.java
//FILES project/client/=../client/ProblemException.java project/client/=../client/Progress.java
//FILES project/engine/=../engine/Appended.java project/engine/=../engine/ConsumerSettings.java
//FILES project/engine/=../engine/Consumers.java project/engine/=../engine/Cursor.java
//FILES project/engine/=../engine/Deadlines.java project/engine/=../engine/EncodedBatch.java
//FILES project/engine/=../engine/Engine.java project/engine/=../engine/EngineException.java
//FILES project/engine/=../engine/ErrorCode.java project/engine/=../engine/Group.java project/engine/=../engine/GroupState.java project/engine/=../engine/Journal.java
//FILES project/engine/=../engine/JsonText.java project/engine/=../engine/Log.java
//FILES project/engine/=../engine/KeptMemory.java project/engine/=../engine/MemoryBudget.java project/engine/=../engine/MessageCodec.java
//FILES project/engine/=../engine/MessageStream.java project/engine/=../engine/MessageWriter.java project/engine/=../engine/Murmur2.java
//FILES project/engine/=../engine/Names.java project/engine/=../engine/Plural.java project/engine/=../engine/Position.java
//FILES project/engine/=../engine/ProducerSequence.java project/engine/=../engine/ProducerSequences.java project/engine/=../engine/Reservation.java
//FILES project/engine/=../engine/Segment.java project/engine/=../engine/Retention.java project/engine/=../engine/SharedSync.java project/engine/=../engine/SpareArrays.java
//FILES project/engine/=../engine/StartPosition.java project/engine/=../engine/Storage.java
//FILES project/engine/=../engine/Topic.java project/engine/=../engine/TopicRestorer.java
//FILES project/engine/=../engine/TopicSettings.java project/engine/=../engine/TopicSnapshot.java
//FILES project/engine/=../engine/Waiters.java project/engine/=../engine/Waiting.java
//FILES project/engine/=../engine/WhenFull.java project/engine/=../engine/Why.java
//FILES project/http/=../http/BatchParser.java project/http/=../http/BodyHints.java project/http/=../http/BodyDrain.java project/http/=../http/BodyReader.java project/http/=../http/BoundedConnector.java project/http/=../http/Call.java
//FILES project/http/=../http/Dashboard.java project/http/=../http/DetachedCallback.java project/http/=../http/Descriptors.java project/http/=../http/Docs.java project/http/=../http/EventStream.java project/http/=../http/HangUp.java project/http/=../http/HttpConnections.java project/http/=../http/HttpServer.java
//FILES project/http/=../http/JsonBodies.java project/http/=../http/JsonMemory.java project/http/=../http/LocalNames.java project/http/=../http/MediaTypes.java project/http/=../http/Metrics.java project/http/=../http/OpenApi.java project/http/=../http/Payload.java
//FILES project/http/=../http/LongAnswer.java
//FILES project/http/=../http/Problem.java project/http/=../http/ProblemErrorHandler.java
//FILES project/http/=../http/Problems.java project/http/=../http/RequestStats.java project/http/=../http/Route.java project/http/=../http/RouteHandler.java project/http/=../http/SiteGuard.java project/http/=../http/UriCheck.java
//FILES project/storage/=../storage/FORMAT.md project/storage/=../storage/ClosedFiles.java project/storage/=../storage/JournalTail.java project/storage/=../storage/ConsumersState.java project/storage/=../storage/Damage.java project/storage/=../storage/DataDirectory.java
//FILES project/storage/=../storage/Entry.java project/storage/=../storage/Folders.java project/storage/=../storage/Fsync.java
//FILES project/storage/=../storage/JournalFile.java project/storage/=../storage/RecordReader.java project/storage/=../storage/RecordWriter.java
//FILES project/storage/=../storage/Repair.java project/storage/=../storage/StorageOptions.java project/storage/=../storage/SyncedTail.java project/storage/=../storage/TopicJournal.java
//FILES project/storage/=../storage/TopicReplay.java
//FILES project/dashboard/=../dashboard/app.js project/dashboard/=../dashboard/broker.js project/dashboard/=../dashboard/consumers.js
//FILES project/dashboard/=../dashboard/index.html project/dashboard/=../dashboard/lanes.js project/dashboard/=../dashboard/screenshot.png project/dashboard/=../dashboard/style.css
//FILES project/=../jbang project/=../jbang-catalog.json project/tests/=AccessTest.java project/tests/=AllTests.java project/tests/=Await.java
//FILES project/tests/=BatchTest.java project/tests/=BrokerProcess.java project/tests/=CatalogTest.java
//FILES project/tests/=ClientsTest.java project/tests/=CoreTest.java project/tests/=CuttingProxy.java
//FILES project/tests/=DashboardTest.java project/tests/=DeliveryTest.java project/tests/=CrashTest.java
//FILES project/tests/=DamageTest.java project/tests/=DescriptorsTest.java project/tests/=Disk.java project/tests/=DocsTest.java project/tests/=DurableTest.java project/tests/=EngineTest.java project/tests/=ErrorsTest.java
//FILES project/tests/=FaultTest.java project/tests/=FullDiskTest.java project/tests/=FileServer.java project/tests/=GeneratedClientCheck.java
//FILES project/tests/=Fuzz.java project/tests/=FuzzTest.java
//FILES project/tests/fuzz/=fuzz/Answer.java project/tests/fuzz/=fuzz/AnswerCheck.java project/tests/fuzz/=fuzz/ApiDocument.java project/tests/fuzz/=fuzz/BrokerState.java
//FILES project/tests/fuzz/=fuzz/ByteSender.java project/tests/fuzz/=fuzz/ByteText.java project/tests/fuzz/=fuzz/Failures.java project/tests/fuzz/=fuzz/FuzzConnection.java
//FILES project/tests/fuzz/=fuzz/FuzzRequest.java project/tests/fuzz/=fuzz/FuzzRun.java project/tests/fuzz/=fuzz/Ledger.java project/tests/fuzz/=fuzz/Mutations.java
//FILES project/tests/fuzz/=fuzz/Requests.java project/tests/fuzz/=fuzz/SchemaSender.java project/tests/fuzz/=fuzz/Sender.java project/tests/fuzz/=fuzz/Values.java
//FILES project/tests/=GroupStressTest.java project/tests/=GroupTest.java project/tests/=Http.java
//FILES project/tests/=LauncherTest.java project/tests/=LifecycleTest.java project/tests/=LinearizabilityTest.java
//FILES project/tests/=MediaTypesTest.java project/tests/=MemoryTest.java project/tests/=MetricsTest.java project/tests/=Nginx.java project/tests/=Page.java project/tests/=ProxyTest.java project/tests/=RawConnection.java
//FILES project/tests/=ProjectFiles.java project/tests/=ReadmeTest.java project/tests/=Scripts.java
//FILES project/tests/=SequenceTest.java project/tests/=SlowDiskTest.java project/tests/=SlowReaderTest.java project/tests/=SteadyClient.java project/tests/=StreamTest.java project/tests/=StressTest.java project/tests/=SyncLog.java project/tests/=TestReport.java
//FILES project/cli/=../cli/UnknownOptionHint.java
//FILES project/client/=../client/TopicCreation.java project/client/=../client/TopicNames.java project/client/=../client/OffsetSpec.java
//FILES project/client/=../client/InputException.java project/client/=../client/InputText.java project/client/=../client/OutgoingMessage.java
//FILES project/client/=../client/BrokerUrl.java project/client/=../client/ConnectionFailure.java
//FILES project/tests/=ConnectionTest.java project/tests/=FrontProxy.java project/tests/=TlsServer.java
//FILES project/tests/=ClientTopicTest.java project/tests/=ConsumerPlaceTest.java project/tests/=ConsumerSessionTest.java
//FILES project/tests/=InputTest.java project/tests/=NdjsonMessagesTest.java
//FILES project/tests/=TopicsTest.java project/tests/=WaitingTest.java
//FILES project/tests/fixtures/empty-batches/=fixtures/empty-batches/format
//FILES project/tests/fixtures/empty-batches/topics/00000001-a/=fixtures/empty-batches/topics/00000001-a/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000002-m/=fixtures/empty-batches/topics/00000002-m/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000003-last/=fixtures/empty-batches/topics/00000003-last/00000001.ndjson
//FILES project/tests/=ClockTest.java project/tests/=LogTest.java project/tests/=StrayFilesTest.java project/tests/=RestartTest.java
//FILES project/storage/=../storage/SystemFiles.java project/storage/=../storage/TopicsFolder.java
package tests;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project as it comes along in the jar of the tests, for when they are run from a URL and there is no checkout. */
final class ProjectFiles {
    private ProjectFiles() {}

    /** The files, by their names from the project's root. */
    static Set<String> names() throws IOException {
        try (FileSystem jar = openJar(); Stream<Path> files = Files.walk(jar.getPath("project"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.toString().replaceFirst("^/?project/", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Copies them all into a new folder, where {@code jbang} can be run. */
    static Path unpack() throws IOException {
        Path copy = Files.createTempDirectory("mini-kafka");
        try (FileSystem jar = openJar()) {
            Scripts.copy(jar.getPath("project"), copy);
        }
        return copy;
    }

    private static FileSystem openJar() throws IOException {
        try {
            return FileSystems.newFileSystem(Path.of(ProjectFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
