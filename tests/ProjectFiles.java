//FILES project/=../ARCHITECTURE.md project/=../Broker.java project/=../CHANGELOG.md project/=../CONTRIBUTING.md
//FILES project/=../Consumer.java project/=../LICENSE project/=../Producer.java project/=../README.md
//FILES project/=../Schemas.java project/api/=../api/BrokerCalls.java project/api/=../api/ConsumerCalls.java
//FILES project/api/=../api/Parameters.java project/api/=../api/ProduceCalls.java project/api/=../api/Routes.java
//FILES project/api/=../api/TopicCalls.java project/api/=../api/Views.java project/api/=../api/package-info.java
//FILES project/benchmark/=../benchmark/Bar.java project/benchmark/=../benchmark/Bench.java
//FILES project/benchmark/=../benchmark/Benchmark.java project/benchmark/=../benchmark/Comparison.java
//FILES project/benchmark/=../benchmark/Durable.java project/benchmark/=../benchmark/EndToEnd.java
//FILES project/benchmark/=../benchmark/FileTransfer.java project/benchmark/=../benchmark/Format.java
//FILES project/benchmark/=../benchmark/HttpConnection.java project/benchmark/=../benchmark/Jvm.java
//FILES project/benchmark/=../benchmark/Kafka.java project/benchmark/=../benchmark/Kept.java
//FILES project/benchmark/=../benchmark/Latency.java project/benchmark/=../benchmark/Machine.java
//FILES project/benchmark/=../benchmark/Measure.java project/benchmark/=../benchmark/OneByOne.java
//FILES project/benchmark/=../benchmark/OurBroker.java project/benchmark/=../benchmark/PageVisitors.java
//FILES project/benchmark/=../benchmark/Pages.java project/benchmark/=../benchmark/Processes.java
//FILES project/benchmark/=../benchmark/RealLines.java project/benchmark/=../benchmark/Rebalance.java
//FILES project/benchmark/=../benchmark/Redis.java project/benchmark/=../benchmark/RetainedHeap.java
//FILES project/benchmark/=../benchmark/Row.java project/benchmark/=../benchmark/Scale.java
//FILES project/benchmark/=../benchmark/Server.java project/benchmark/=../benchmark/SingleProduce.java
//FILES project/benchmark/=../benchmark/SingleProducers.java project/benchmark/=../benchmark/Table.java
//FILES project/benchmark/=../benchmark/Throughput.java project/benchmark/=../benchmark/Tool.java
//FILES project/benchmark/=../benchmark/Trickle.java project/benchmark/=../benchmark/VersionBefore.java
//FILES project/benchmark/=../benchmark/Waiting.java project/benchmark/=../benchmark/WaitingCrowd.java
//FILES project/benchmark/=../benchmark/WarmStart.java project/benchmark/=../benchmark/Wrk.java
//FILES project/benchmark/=../benchmark/main.java project/benchmark/peers/=../benchmark/peers/BareJavalin.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaProducers.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaServer.java
//FILES project/benchmark/peers/=../benchmark/peers/OpenPage.java
//FILES project/benchmark/peers/=../benchmark/peers/fastapi_broker.py project/cli/=../cli/ClassArchive.java
//FILES project/cli/=../cli/Cli.java project/cli/=../cli/Environment.java project/cli/=../cli/HostName.java
//FILES project/cli/=../cli/LaunchCommand.java project/cli/=../cli/OptionCheck.java project/cli/=../cli/PortFile.java
//FILES project/cli/=../cli/ProcessContext.java project/cli/=../cli/SystemCharset.java project/cli/=../cli/Terminal.java
//FILES project/cli/=../cli/UnknownOptionHint.java project/cli/=../cli/Version.java
//FILES project/cli/=../cli/package-info.java project/client/=../client/Accumulator.java
//FILES project/client/=../client/AnswerLostException.java project/client/=../client/BatchProducer.java
//FILES project/client/=../client/BrokerClient.java project/client/=../client/BrokerUnavailableException.java
//FILES project/client/=../client/BrokerUrl.java project/client/=../client/ClientOptions.java
//FILES project/client/=../client/ConnectionFailure.java project/client/=../client/ConsumeLoop.java
//FILES project/client/=../client/FetchAhead.java project/client/=../client/GeneratedLines.java
//FILES project/client/=../client/HttpCall.java project/client/=../client/InputException.java
//FILES project/client/=../client/InputText.java project/client/=../client/LineChunks.java
//FILES project/client/=../client/MessageFormat.java project/client/=../client/MessagePrinter.java
//FILES project/client/=../client/NdjsonMessages.java project/client/=../client/OffsetSpec.java
//FILES project/client/=../client/OutgoingMessage.java project/client/=../client/ProblemException.java
//FILES project/client/=../client/Progress.java project/client/=../client/RemoteConsumer.java
//FILES project/client/=../client/StopSignal.java project/client/=../client/TopicCreation.java
//FILES project/client/=../client/TopicNames.java project/client/=../client/package-info.java
//FILES project/dashboard/=../dashboard/actions.js project/dashboard/=../dashboard/address.js
//FILES project/dashboard/=../dashboard/app.js project/dashboard/=../dashboard/badges.js
//FILES project/dashboard/=../dashboard/broker.js project/dashboard/=../dashboard/consumer-actions.js
//FILES project/dashboard/=../dashboard/consumers.js project/dashboard/=../dashboard/deliveries.js
//FILES project/dashboard/=../dashboard/demo.js project/dashboard/=../dashboard/details.js
//FILES project/dashboard/=../dashboard/events.js project/dashboard/=../dashboard/heartbeat.js
//FILES project/dashboard/=../dashboard/history.js project/dashboard/=../dashboard/index.html
//FILES project/dashboard/=../dashboard/lanes.js project/dashboard/=../dashboard/lessons.js
//FILES project/dashboard/=../dashboard/members.js project/dashboard/=../dashboard/motion.js
//FILES project/dashboard/=../dashboard/murmur2.js project/dashboard/=../dashboard/overview.js
//FILES project/dashboard/=../dashboard/producer.js project/dashboard/=../dashboard/rebalance.gif
//FILES project/dashboard/=../dashboard/screenshot.png project/dashboard/=../dashboard/session.js
//FILES project/dashboard/=../dashboard/share.js project/dashboard/=../dashboard/state.js
//FILES project/dashboard/=../dashboard/style.css project/dashboard/=../dashboard/timebar.js
//FILES project/dashboard/=../dashboard/timeline.js project/dashboard/=../dashboard/topics.js
//FILES project/dashboard/=../dashboard/tour.js project/docs/=../docs/benchmark.md project/docs/=../docs/clients.md
//FILES project/docs/=../docs/delivery.md project/docs/=../docs/durability.md project/docs/=../docs/http-api.md
//FILES project/docs/=../docs/metrics.md project/docs/=../docs/page.md project/docs/=../docs/scripts.md
//FILES project/docs/=../docs/security.md project/docs/=../docs/troubleshooting.md
//FILES project/engine/=../engine/ArrayMemory.java project/engine/=../engine/BrowseRequest.java
//FILES project/engine/=../engine/ByteArrayPool.java project/engine/=../engine/CommitFence.java
//FILES project/engine/=../engine/CommitResult.java project/engine/=../engine/CommittedOffsets.java
//FILES project/engine/=../engine/ConsumerProgress.java project/engine/=../engine/ConsumerSession.java
//FILES project/engine/=../engine/ConsumerSettings.java project/engine/=../engine/ConsumerState.java
//FILES project/engine/=../engine/Consumers.java project/engine/=../engine/DiskQueue.java
//FILES project/engine/=../engine/EncodedBatch.java project/engine/=../engine/EncodedMessages.java
//FILES project/engine/=../engine/EngineException.java project/engine/=../engine/ErrorCode.java
//FILES project/engine/=../engine/FutureTimestamps.java project/engine/=../engine/Group.java
//FILES project/engine/=../engine/GroupCommit.java project/engine/=../engine/GroupState.java
//FILES project/engine/=../engine/IdleReason.java project/engine/=../engine/Journal.java
//FILES project/engine/=../engine/JsonText.java project/engine/=../engine/KeptMemory.java
//FILES project/engine/=../engine/Listing.java project/engine/=../engine/Log.java
//FILES project/engine/=../engine/LogRetention.java project/engine/=../engine/Lookup.java
//FILES project/engine/=../engine/Maintenance.java project/engine/=../engine/MemoryBroker.java
//FILES project/engine/=../engine/MemoryBudget.java project/engine/=../engine/MessageBroker.java
//FILES project/engine/=../engine/MessageCodec.java project/engine/=../engine/MessageLayout.java
//FILES project/engine/=../engine/MessageStream.java project/engine/=../engine/MessageWriter.java
//FILES project/engine/=../engine/Murmur2.java project/engine/=../engine/Names.java
//FILES project/engine/=../engine/OffsetSpec.java project/engine/=../engine/Partition.java
//FILES project/engine/=../engine/PartitionedBatch.java project/engine/=../engine/PendingPoll.java
//FILES project/engine/=../engine/Plural.java project/engine/=../engine/Position.java
//FILES project/engine/=../engine/ProduceResult.java project/engine/=../engine/ProducerSequence.java
//FILES project/engine/=../engine/ProducerSequences.java project/engine/=../engine/ProducerState.java
//FILES project/engine/=../engine/ReadLimits.java project/engine/=../engine/Reservation.java
//FILES project/engine/=../engine/RestoredConsumer.java project/engine/=../engine/RetentionTimer.java
//FILES project/engine/=../engine/Scheduler.java project/engine/=../engine/Segment.java
//FILES project/engine/=../engine/SessionTimeout.java project/engine/=../engine/StickyAssignor.java
//FILES project/engine/=../engine/Storage.java project/engine/=../engine/SystemScheduler.java
//FILES project/engine/=../engine/Topic.java project/engine/=../engine/TopicGroups.java
//FILES project/engine/=../engine/TopicRegistration.java project/engine/=../engine/TopicRestorer.java
//FILES project/engine/=../engine/TopicSettings.java project/engine/=../engine/TopicSnapshot.java
//FILES project/engine/=../engine/TopicState.java project/engine/=../engine/TopicStream.java
//FILES project/engine/=../engine/TopicWriter.java project/engine/=../engine/Topics.java
//FILES project/engine/=../engine/WaitQueue.java project/engine/=../engine/WhenFull.java
//FILES project/engine/=../engine/package-info.java project/http/=../http/Answers.java
//FILES project/http/=../http/ApiPlugin.java project/http/=../http/BatchParser.java project/http/=../http/BodyHints.java
//FILES project/http/=../http/Call.java project/http/=../http/CrossSiteFilter.java
//FILES project/http/=../http/DashboardPlugin.java project/http/=../http/DocsPlugin.java
//FILES project/http/=../http/Exchange.java project/http/=../http/JsonBodies.java project/http/=../http/JsonMemory.java
//FILES project/http/=../http/LocalNames.java project/http/=../http/LongAnswer.java
//FILES project/http/=../http/MediaTypes.java project/http/=../http/MetricsPlugin.java
//FILES project/http/=../http/NameMemory.java project/http/=../http/NetworkAddresses.java
//FILES project/http/=../http/NotRouted.java project/http/=../http/OpenApi.java project/http/=../http/Payload.java
//FILES project/http/=../http/Problem.java project/http/=../http/ProblemErrorHandler.java
//FILES project/http/=../http/Problems.java project/http/=../http/RequestStats.java project/http/=../http/Route.java
//FILES project/http/=../http/RouteHandler.java project/http/=../http/UriCheck.java
//FILES project/http/jetty/=../http/jetty/BodyDrain.java project/http/jetty/=../http/jetty/BodyReader.java
//FILES project/http/jetty/=../http/jetty/BoundedConnector.java project/http/jetty/=../http/jetty/Descriptors.java
//FILES project/http/jetty/=../http/jetty/DetachedCallback.java project/http/jetty/=../http/jetty/DisconnectWatcher.java
//FILES project/http/jetty/=../http/jetty/EventStream.java project/http/jetty/=../http/jetty/HeadMemory.java
//FILES project/http/jetty/=../http/jetty/HttpConnections.java project/http/jetty/=../http/jetty/SelectorQueue.java
//FILES project/http/jetty/=../http/jetty/package-info.java project/http/=../http/package-info.java
//FILES project/http/=../http/simplelogger.properties project/=../jbang project/=../jbang-catalog.json
//FILES project/storage/=../storage/ConsumersState.java project/storage/=../storage/CorruptRecordException.java
//FILES project/storage/=../storage/DamagedFolder.java project/storage/=../storage/DataDirectory.java
//FILES project/storage/=../storage/DirectoryFormat.java project/storage/=../storage/DirectoryLock.java
//FILES project/storage/=../storage/DueEntries.java project/storage/=../storage/Entry.java
//FILES project/storage/=../storage/FORMAT.md project/storage/=../storage/FileErrors.java
//FILES project/storage/=../storage/Folders.java project/storage/=../storage/Fsync.java
//FILES project/storage/=../storage/JournalSegment.java project/storage/=../storage/JournalSegments.java
//FILES project/storage/=../storage/JournalTail.java project/storage/=../storage/JournalWriter.java
//FILES project/storage/=../storage/MaintenanceTimer.java project/storage/=../storage/MissingOffsets.java
//FILES project/storage/=../storage/RecordReader.java project/storage/=../storage/RecordWriter.java
//FILES project/storage/=../storage/Repair.java project/storage/=../storage/SealedSegments.java
//FILES project/storage/=../storage/StorageException.java project/storage/=../storage/StorageOptions.java
//FILES project/storage/=../storage/SyncedTail.java project/storage/=../storage/SystemFiles.java
//FILES project/storage/=../storage/TopicFolder.java project/storage/=../storage/TopicJournal.java
//FILES project/storage/=../storage/TopicReplay.java project/storage/=../storage/TopicScan.java
//FILES project/storage/=../storage/TruncatedTail.java project/storage/=../storage/package-info.java
//FILES project/tests/=AccessTest.java project/tests/=AllTests.java project/tests/=AnimatedGif.java
//FILES project/tests/=ArchitectureTest.java project/tests/=Await.java project/tests/=BatchTest.java
//FILES project/tests/=BrokerProcess.java project/tests/=CatalogTest.java project/tests/=ClientTopicTest.java
//FILES project/tests/=ClientsTest.java project/tests/=ClockTest.java project/tests/=Commands.java
//FILES project/tests/=CommitFenceTest.java project/tests/=ConnectionTest.java project/tests/=ConsumerPlaceTest.java
//FILES project/tests/=ConsumerSessionTest.java project/tests/=CoreTest.java project/tests/=CoverageFuzz.java
//FILES project/tests/=CrashTest.java project/tests/=CuttingProxy.java project/tests/=DamageTest.java
//FILES project/tests/=DashboardTest.java project/tests/=DeliveryTest.java project/tests/=DescriptorsTest.java
//FILES project/tests/=Disk.java project/tests/=DiskQueueTest.java project/tests/=DocsTest.java
//FILES project/tests/=DurableTest.java project/tests/=EmbeddedBroker.java project/tests/=EncodedBatchTest.java
//FILES project/tests/=EngineTest.java project/tests/=ErrorsTest.java project/tests/=FaultTest.java
//FILES project/tests/=FileServer.java project/tests/=FrontProxy.java project/tests/=FullDiskTest.java
//FILES project/tests/=Fuzz.java project/tests/=FuzzTest.java project/tests/=GeneratedClientCheck.java
//FILES project/tests/=GroupStressTest.java project/tests/=GroupTest.java project/tests/=Http.java
//FILES project/tests/=InputTest.java project/tests/=Interleavings.java project/tests/=LauncherTest.java
//FILES project/tests/=LifecycleTest.java project/tests/=LinearizabilityTest.java project/tests/=LogRetentionTest.java
//FILES project/tests/=LogTest.java project/tests/=MediaTypesTest.java project/tests/=MemoryTest.java
//FILES project/tests/=MetricsTest.java project/tests/=NamesTest.java project/tests/=NdjsonMessagesTest.java
//FILES project/tests/=Nginx.java project/tests/=OverviewTest.java project/tests/=Page.java
//FILES project/tests/=PagesTest.java project/tests/=ProjectFiles.java project/tests/=ProxyTest.java
//FILES project/tests/=RawConnection.java project/tests/=ReadmeTest.java project/tests/=RecordTest.java
//FILES project/tests/=RecordedClient.java project/tests/=Recording.java project/tests/=ReleaseTest.java
//FILES project/tests/=RestartTest.java project/tests/=RunningBroker.java project/tests/=Scripts.java
//FILES project/tests/=SeamTest.java project/tests/=SegmentTest.java project/tests/=SequenceTest.java
//FILES project/tests/=Simulation.java project/tests/=SlowDiskTest.java project/tests/=SlowReaderTest.java
//FILES project/tests/=SteadyClient.java project/tests/=StickyAssignorTest.java project/tests/=StrayFilesTest.java
//FILES project/tests/=StreamTest.java project/tests/=StressTest.java project/tests/=SyncLog.java
//FILES project/tests/=TestReport.java project/tests/=TestRun.java project/tests/=TimelineTest.java
//FILES project/tests/=TlsServer.java project/tests/=TopicsTest.java project/tests/=TourTest.java
//FILES project/tests/=UnitTests.java project/tests/=WaitingTest.java
//FILES project/tests/coverage/=coverage/BatchParserFuzzTest.java project/tests/coverage/=coverage/Corpus.java
//FILES project/tests/coverage/=coverage/HeadersFuzzTest.java project/tests/coverage/=coverage/JsonTextFuzzTest.java
//FILES project/tests/coverage/=coverage/SegmentFuzzTest.java project/tests/coverage/corpus/=coverage/corpus/batches.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/headers.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/json-text.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/segments.txt
//FILES project/tests/fixtures/empty-batches/=fixtures/empty-batches/format
//FILES project/tests/fixtures/empty-batches/topics/00000001-a/=fixtures/empty-batches/topics/00000001-a/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000002-m/=fixtures/empty-batches/topics/00000002-m/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000003-last/=fixtures/empty-batches/topics/00000003-last/00000001.ndjson
//FILES project/tests/fuzz/=fuzz/Answer.java project/tests/fuzz/=fuzz/AnswerCheck.java
//FILES project/tests/fuzz/=fuzz/ApiDocument.java project/tests/fuzz/=fuzz/BrokerState.java
//FILES project/tests/fuzz/=fuzz/ByteSender.java project/tests/fuzz/=fuzz/ByteText.java
//FILES project/tests/fuzz/=fuzz/Failures.java project/tests/fuzz/=fuzz/FuzzConnection.java
//FILES project/tests/fuzz/=fuzz/FuzzRequest.java project/tests/fuzz/=fuzz/FuzzRun.java
//FILES project/tests/fuzz/=fuzz/Ledger.java project/tests/fuzz/=fuzz/Mutations.java
//FILES project/tests/fuzz/=fuzz/Requests.java project/tests/fuzz/=fuzz/SchemaSender.java
//FILES project/tests/fuzz/=fuzz/Sender.java project/tests/fuzz/=fuzz/Values.java
//FILES project/tests/history/=history/Anomaly.java project/tests/history/=history/Finding.java
//FILES project/tests/history/=history/Findings.java project/tests/history/=history/History.java
//FILES project/tests/history/=history/HistoryTest.java project/tests/history/=history/PartitionHistory.java
//FILES project/tests/interleaving/=interleaving/GroupCommitInterleavings.java
//FILES project/tests/interleaving/=interleaving/LogInterleavings.java
//FILES project/tests/interleaving/=interleaving/MemoryBudgetInterleavings.java
//FILES project/tests/interleaving/=interleaving/WaitQueueInterleavings.java project/tests/=package-info.java
//FILES project/tests/planted/=planted/01-skip-the-checksum.patch
//FILES project/tests/planted/=planted/02-answer-before-the-sync.patch
//FILES project/tests/planted/=planted/03-drop-one-message-too-many.patch
//FILES project/tests/planted/=planted/04-drop-a-wake-up.patch
//FILES project/tests/planted/=planted/05-no-fsync-of-a-new-topic.patch
//FILES project/tests/planted/=planted/06-no-fsync-of-a-deletion.patch
//FILES project/tests/planted/=planted/07-commit-whatever-is-delivered.patch
//FILES project/tests/planted/=planted/08-an-empty-batch-in-the-journal.patch
//FILES project/tests/planted/=planted/09-no-fsync-of-a-new-segment.patch
//FILES project/tests/planted/=planted/10-no-force-of-a-new-segment.patch
//FILES project/tests/planted/=planted/11-a-session-never-expires.patch
//FILES project/tests/planted/=planted/12-append-a-repeated-request.patch
//FILES project/tests/planted/=planted/13-a-seek-is-not-committed.patch
//FILES project/tests/planted/=planted/14-a-new-owner-skips-messages.patch
//FILES project/tests/planted/=planted/15-forget-that-a-partition-was-revoked.patch
//FILES project/tests/planted/=planted/16-do-not-truncate-the-tail.patch
//FILES project/tests/planted/=planted/17-lose-commits-at-the-next-segment.patch
//FILES project/tests/planted/=planted/18-keep-what-could-not-be-synced.patch
//FILES project/tests/planted/=planted/19-expire-too-early.patch
//FILES project/tests/planted/=planted/20-never-fsync-by-interval.patch project/tests/planted/=planted/check
//FILES project/tests/simulation/=simulation/Caller.java project/tests/simulation/=simulation/Calls.java
//FILES project/tests/simulation/=simulation/ConsumerCalls.java project/tests/simulation/=simulation/DiskFaults.java
//FILES project/tests/simulation/=simulation/DiskNode.java project/tests/simulation/=simulation/Faults.java
//FILES project/tests/simulation/=simulation/Loss.java project/tests/simulation/=simulation/ProcessEnded.java
//FILES project/tests/simulation/=simulation/ProduceCalls.java project/tests/simulation/=simulation/SimulatedBroker.java
//FILES project/tests/simulation/=simulation/SimulatedChannel.java
//FILES project/tests/simulation/=simulation/SimulatedDisk.java
//FILES project/tests/simulation/=simulation/SimulatedFileSystem.java
//FILES project/tests/simulation/=simulation/SimulatedPath.java
//FILES project/tests/simulation/=simulation/SimulatedProvider.java
//FILES project/tests/simulation/=simulation/SimulatedScheduler.java
//FILES project/tests/simulation/=simulation/SimulationRun.java project/tests/simulation/=simulation/SimulationTest.java
//FILES project/tests/simulation/=simulation/Simulations.java project/tests/simulation/=simulation/TopicCalls.java
//FILES project/tests/simulation/=simulation/TopicModel.java project/tests/simulation/=simulation/TopicVersions.java
//FILES project/tests/simulation/=simulation/TopicView.java project/tests/simulation/=simulation/Violation.java
//FILES project/tests/simulation/=simulation/WindowsNames.java
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
        try (FileSystem jar = openJar();
                Stream<Path> files = Files.walk(jar.getPath("project"))) {
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
            return FileSystems.newFileSystem(Path.of(ProjectFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
