//FILES project/=../ARCHITECTURE.md project/=../Broker.java project/=../CHANGELOG.md project/=../CONTRIBUTING.md project/=../Consumer.java
//FILES project/=../LICENSE project/=../Producer.java project/=../README.md project/=../Schemas.java project/api/=../api/BrokerCalls.java
//FILES project/api/=../api/ConsumerCalls.java project/api/=../api/Parameters.java project/api/=../api/ProduceCalls.java
//FILES project/api/=../api/Routes.java project/api/=../api/TopicCalls.java project/api/=../api/Views.java project/benchmark/=../benchmark/Bar.java
//FILES project/benchmark/=../benchmark/Bench.java project/benchmark/=../benchmark/Benchmark.java project/benchmark/=../benchmark/Comparison.java
//FILES project/benchmark/=../benchmark/Durable.java project/benchmark/=../benchmark/EndToEnd.java project/benchmark/=../benchmark/FileTransfer.java
//FILES project/benchmark/=../benchmark/Format.java project/benchmark/=../benchmark/HttpConnection.java project/benchmark/=../benchmark/Jvm.java
//FILES project/benchmark/=../benchmark/Kafka.java project/benchmark/=../benchmark/Kept.java project/benchmark/=../benchmark/Latency.java
//FILES project/benchmark/=../benchmark/Machine.java project/benchmark/=../benchmark/Measure.java project/benchmark/=../benchmark/OneByOne.java
//FILES project/benchmark/=../benchmark/OurBroker.java project/benchmark/=../benchmark/PageVisitors.java project/benchmark/=../benchmark/Pages.java
//FILES project/benchmark/=../benchmark/Processes.java project/benchmark/=../benchmark/RealLines.java project/benchmark/=../benchmark/Rebalance.java
//FILES project/benchmark/=../benchmark/Redis.java project/benchmark/=../benchmark/RetainedHeap.java project/benchmark/=../benchmark/Row.java
//FILES project/benchmark/=../benchmark/Scale.java project/benchmark/=../benchmark/Server.java project/benchmark/=../benchmark/SingleProduce.java
//FILES project/benchmark/=../benchmark/SingleProducers.java project/benchmark/=../benchmark/Table.java
//FILES project/benchmark/=../benchmark/Throughput.java project/benchmark/=../benchmark/Tool.java project/benchmark/=../benchmark/Trickle.java
//FILES project/benchmark/=../benchmark/VersionBefore.java project/benchmark/=../benchmark/Waiting.java
//FILES project/benchmark/=../benchmark/WaitingCrowd.java project/benchmark/=../benchmark/WarmStart.java project/benchmark/=../benchmark/Wrk.java
//FILES project/benchmark/=../benchmark/main.java project/benchmark/peers/=../benchmark/peers/BareJavalin.java
//FILES project/benchmark/peers/=../benchmark/peers/FrameTime.java project/benchmark/peers/=../benchmark/peers/KafkaProducers.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaServer.java project/benchmark/peers/=../benchmark/peers/fastapi_broker.py
//FILES project/cli/=../cli/ClassArchive.java project/cli/=../cli/Cli.java project/cli/=../cli/Environment.java project/cli/=../cli/HostName.java
//FILES project/cli/=../cli/OptionCheck.java project/cli/=../cli/PortFile.java project/cli/=../cli/Terminal.java
//FILES project/cli/=../cli/UnknownOptionHint.java project/cli/=../cli/Version.java project/client/=../client/Accumulator.java
//FILES project/client/=../client/AnswerLostException.java project/client/=../client/BatchProducer.java project/client/=../client/BrokerClient.java
//FILES project/client/=../client/BrokerUnavailableException.java project/client/=../client/BrokerUrl.java
//FILES project/client/=../client/ClientOptions.java project/client/=../client/ConnectionFailure.java project/client/=../client/ConsumeLoop.java
//FILES project/client/=../client/FetchAhead.java project/client/=../client/GeneratedLines.java project/client/=../client/HttpCall.java
//FILES project/client/=../client/InputException.java project/client/=../client/InputText.java project/client/=../client/LineChunks.java
//FILES project/client/=../client/MessageFormat.java project/client/=../client/MessagePrinter.java project/client/=../client/NdjsonMessages.java
//FILES project/client/=../client/OffsetSpec.java project/client/=../client/OutgoingMessage.java project/client/=../client/ProblemException.java
//FILES project/client/=../client/Progress.java project/client/=../client/RemoteConsumer.java project/client/=../client/StopSignal.java
//FILES project/client/=../client/TopicCreation.java project/client/=../client/TopicNames.java project/dashboard/=../dashboard/app.js
//FILES project/dashboard/=../dashboard/broker.js project/dashboard/=../dashboard/consumers.js project/dashboard/=../dashboard/index.html
//FILES project/dashboard/=../dashboard/lanes.js project/dashboard/=../dashboard/screenshot.png project/dashboard/=../dashboard/style.css
//FILES project/docs/=../docs/benchmark.md project/docs/=../docs/clients.md project/docs/=../docs/delivery.md project/docs/=../docs/durability.md
//FILES project/docs/=../docs/http-api.md project/docs/=../docs/metrics.md project/docs/=../docs/scripts.md project/docs/=../docs/security.md
//FILES project/docs/=../docs/troubleshooting.md project/engine/=../engine/ArrayMemory.java project/engine/=../engine/BrowseRequest.java
//FILES project/engine/=../engine/ByteArrayPool.java project/engine/=../engine/CommitFence.java project/engine/=../engine/CommitResult.java
//FILES project/engine/=../engine/CommittedOffsets.java project/engine/=../engine/ConsumerProgress.java project/engine/=../engine/ConsumerSession.java
//FILES project/engine/=../engine/ConsumerSettings.java project/engine/=../engine/ConsumerState.java project/engine/=../engine/Consumers.java
//FILES project/engine/=../engine/Deadlines.java project/engine/=../engine/DiskThreads.java project/engine/=../engine/EncodedBatch.java
//FILES project/engine/=../engine/EncodedMessages.java project/engine/=../engine/EngineException.java project/engine/=../engine/ErrorCode.java
//FILES project/engine/=../engine/FutureTimestamps.java project/engine/=../engine/Group.java project/engine/=../engine/GroupCommit.java
//FILES project/engine/=../engine/GroupState.java project/engine/=../engine/IdleReason.java project/engine/=../engine/Journal.java
//FILES project/engine/=../engine/JsonText.java project/engine/=../engine/KeptMemory.java project/engine/=../engine/Listing.java
//FILES project/engine/=../engine/Log.java project/engine/=../engine/LogRetention.java project/engine/=../engine/Lookup.java
//FILES project/engine/=../engine/Maintenance.java project/engine/=../engine/MemoryBroker.java project/engine/=../engine/MemoryBudget.java
//FILES project/engine/=../engine/MessageBroker.java project/engine/=../engine/MessageCodec.java project/engine/=../engine/MessageLayout.java
//FILES project/engine/=../engine/MessageStream.java project/engine/=../engine/MessageWriter.java project/engine/=../engine/Murmur2.java
//FILES project/engine/=../engine/Names.java project/engine/=../engine/OffsetSpec.java project/engine/=../engine/Partition.java
//FILES project/engine/=../engine/PartitionedBatch.java project/engine/=../engine/PendingPoll.java project/engine/=../engine/Plural.java
//FILES project/engine/=../engine/Position.java project/engine/=../engine/ProduceResult.java project/engine/=../engine/ProducerSequence.java
//FILES project/engine/=../engine/ProducerSequences.java project/engine/=../engine/ProducerState.java project/engine/=../engine/ReadLimits.java
//FILES project/engine/=../engine/Reservation.java project/engine/=../engine/RestoredConsumer.java project/engine/=../engine/RetentionTimer.java
//FILES project/engine/=../engine/Segment.java project/engine/=../engine/StickyAssignor.java project/engine/=../engine/Storage.java
//FILES project/engine/=../engine/Topic.java project/engine/=../engine/TopicGroups.java project/engine/=../engine/TopicRegistration.java
//FILES project/engine/=../engine/TopicRestorer.java project/engine/=../engine/TopicSettings.java project/engine/=../engine/TopicSnapshot.java
//FILES project/engine/=../engine/TopicState.java project/engine/=../engine/TopicStream.java project/engine/=../engine/TopicWriter.java
//FILES project/engine/=../engine/WaitQueue.java project/engine/=../engine/WhenFull.java project/http/=../http/Answers.java
//FILES project/http/=../http/ApiPlugin.java project/http/=../http/BatchParser.java project/http/=../http/BodyHints.java
//FILES project/http/=../http/Call.java project/http/=../http/CrossSiteFilter.java project/http/=../http/DashboardPlugin.java
//FILES project/http/=../http/DocsPlugin.java project/http/=../http/Exchange.java project/http/=../http/JsonBodies.java
//FILES project/http/=../http/JsonMemory.java project/http/=../http/LocalNames.java project/http/=../http/LongAnswer.java
//FILES project/http/=../http/MediaTypes.java project/http/=../http/MetricsPlugin.java project/http/=../http/NameMemory.java
//FILES project/http/=../http/NetworkAddresses.java project/http/=../http/NotRouted.java project/http/=../http/OpenApi.java
//FILES project/http/=../http/Payload.java project/http/=../http/Problem.java project/http/=../http/ProblemErrorHandler.java
//FILES project/http/=../http/Problems.java project/http/=../http/RequestStats.java project/http/=../http/Route.java
//FILES project/http/=../http/RouteHandler.java project/http/=../http/UriCheck.java project/http/jetty/=../http/jetty/BodyDrain.java
//FILES project/http/jetty/=../http/jetty/BodyReader.java project/http/jetty/=../http/jetty/BoundedConnector.java
//FILES project/http/jetty/=../http/jetty/Descriptors.java project/http/jetty/=../http/jetty/DetachedCallback.java
//FILES project/http/jetty/=../http/jetty/DisconnectWatcher.java project/http/jetty/=../http/jetty/EventStream.java
//FILES project/http/jetty/=../http/jetty/HttpConnections.java project/http/jetty/=../http/jetty/SelectorQueue.java
//FILES project/http/jetty/=../http/jetty/package-info.java project/=../jbang project/=../jbang-catalog.json
//FILES project/storage/=../storage/ConsumersState.java project/storage/=../storage/CorruptRecordException.java
//FILES project/storage/=../storage/DamagedFolder.java project/storage/=../storage/DataDirectory.java project/storage/=../storage/DirectoryFormat.java
//FILES project/storage/=../storage/DirectoryLock.java project/storage/=../storage/DueEntries.java project/storage/=../storage/Entry.java
//FILES project/storage/=../storage/FORMAT.md project/storage/=../storage/FileErrors.java project/storage/=../storage/Folders.java
//FILES project/storage/=../storage/Fsync.java project/storage/=../storage/JournalSegment.java project/storage/=../storage/JournalSegments.java
//FILES project/storage/=../storage/JournalTail.java project/storage/=../storage/JournalWriter.java project/storage/=../storage/MaintenanceThread.java
//FILES project/storage/=../storage/MissingOffsets.java project/storage/=../storage/RecordReader.java project/storage/=../storage/RecordWriter.java
//FILES project/storage/=../storage/Repair.java project/storage/=../storage/SealedSegments.java project/storage/=../storage/StorageException.java
//FILES project/storage/=../storage/StorageOptions.java project/storage/=../storage/SyncedTail.java project/storage/=../storage/SystemFiles.java
//FILES project/storage/=../storage/TopicFolder.java project/storage/=../storage/TopicJournal.java project/storage/=../storage/TopicReplay.java
//FILES project/storage/=../storage/TopicScan.java project/storage/=../storage/TruncatedTail.java project/tests/=AccessTest.java
//FILES project/tests/=AllTests.java project/tests/=ArchitectureTest.java project/tests/=Await.java project/tests/=BatchTest.java
//FILES project/tests/=BrokerProcess.java project/tests/=CatalogTest.java project/tests/=ClientTopicTest.java project/tests/=ClientsTest.java
//FILES project/tests/=ClockTest.java project/tests/=CommitFenceTest.java project/tests/=ConnectionTest.java project/tests/=ConsumerPlaceTest.java
//FILES project/tests/=ConsumerSessionTest.java project/tests/=CoreTest.java project/tests/=CrashTest.java project/tests/=CuttingProxy.java
//FILES project/tests/=DamageTest.java project/tests/=DashboardTest.java project/tests/=DeliveryTest.java project/tests/=DescriptorsTest.java
//FILES project/tests/=Disk.java project/tests/=DocsTest.java project/tests/=DurableTest.java project/tests/=EncodedBatchTest.java
//FILES project/tests/=EngineTest.java project/tests/=ErrorsTest.java project/tests/=FaultTest.java project/tests/=FileServer.java
//FILES project/tests/=FrontProxy.java project/tests/=FullDiskTest.java project/tests/=Fuzz.java project/tests/=FuzzTest.java
//FILES project/tests/=GeneratedClientCheck.java project/tests/=GroupStressTest.java project/tests/=GroupTest.java project/tests/=Http.java
//FILES project/tests/=InputTest.java project/tests/=LauncherTest.java project/tests/=LifecycleTest.java project/tests/=LinearizabilityTest.java
//FILES project/tests/=LogRetentionTest.java project/tests/=LogTest.java project/tests/=MediaTypesTest.java project/tests/=MemoryTest.java
//FILES project/tests/=MetricsTest.java project/tests/=NamesTest.java project/tests/=NdjsonMessagesTest.java project/tests/=Nginx.java
//FILES project/tests/=Page.java project/tests/=ProjectFiles.java project/tests/=ProxyTest.java project/tests/=RawConnection.java
//FILES project/tests/=ReadmeTest.java project/tests/=RecordTest.java project/tests/=RestartTest.java project/tests/=Scripts.java
//FILES project/tests/=SeamTest.java project/tests/=SegmentTest.java project/tests/=SequenceTest.java project/tests/=SlowDiskTest.java
//FILES project/tests/=SlowReaderTest.java project/tests/=SteadyClient.java project/tests/=StickyAssignorTest.java project/tests/=StrayFilesTest.java
//FILES project/tests/=StreamTest.java project/tests/=StressTest.java project/tests/=SyncLog.java project/tests/=TestReport.java
//FILES project/tests/=TestRun.java project/tests/=TlsServer.java project/tests/=TopicsTest.java project/tests/=UnitTests.java
//FILES project/tests/=WaitingTest.java project/tests/fixtures/empty-batches/=fixtures/empty-batches/format
//FILES project/tests/fixtures/empty-batches/topics/00000001-a/=fixtures/empty-batches/topics/00000001-a/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000002-m/=fixtures/empty-batches/topics/00000002-m/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000003-last/=fixtures/empty-batches/topics/00000003-last/00000001.ndjson
//FILES project/tests/fuzz/=fuzz/Answer.java project/tests/fuzz/=fuzz/AnswerCheck.java project/tests/fuzz/=fuzz/ApiDocument.java
//FILES project/tests/fuzz/=fuzz/BrokerState.java project/tests/fuzz/=fuzz/ByteSender.java project/tests/fuzz/=fuzz/ByteText.java
//FILES project/tests/fuzz/=fuzz/Failures.java project/tests/fuzz/=fuzz/FuzzConnection.java project/tests/fuzz/=fuzz/FuzzRequest.java
//FILES project/tests/fuzz/=fuzz/FuzzRun.java project/tests/fuzz/=fuzz/Ledger.java project/tests/fuzz/=fuzz/Mutations.java
//FILES project/tests/fuzz/=fuzz/Requests.java project/tests/fuzz/=fuzz/SchemaSender.java project/tests/fuzz/=fuzz/Sender.java
//FILES project/tests/fuzz/=fuzz/Values.java
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

    /** The text of one of them. */
    static String read(String name) throws IOException {
        try (FileSystem jar = openJar()) {
            return Files.readString(jar.getPath("project", name));
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
