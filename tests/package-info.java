//SOURCES AccessTest.java AnimatedGif.java ArchitectureTest.java Await.java BatchTest.java BrokerProcess.java
//SOURCES CatalogTest.java ClientTopicTest.java ClientsTest.java ClockTest.java Commands.java CommitFenceTest.java
//SOURCES ConnectionTest.java ConsumerPlaceTest.java ConsumerSessionTest.java CoreTest.java CrashTest.java
//SOURCES CuttingProxy.java DamageTest.java DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java
//SOURCES DiskQueueTest.java DocsTest.java DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java
//SOURCES ErrorsTest.java FaultTest.java FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java
//SOURCES GroupStressTest.java GroupTest.java Http.java InputTest.java LauncherTest.java LifecycleTest.java
//SOURCES LinearizabilityTest.java LogRetentionTest.java LogTest.java MediaTypesTest.java MemoryTest.java
//SOURCES MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java OverviewTest.java Page.java PagesTest.java
//SOURCES ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java RecordTest.java RecordedClient.java
//SOURCES Recording.java ReleaseTest.java RestartTest.java RunningBroker.java Scripts.java SeamTest.java
//SOURCES SegmentTest.java SequenceTest.java Simulation.java SlowDiskTest.java SlowReaderTest.java SteadyClient.java
//SOURCES StickyAssignorTest.java StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java
//SOURCES TestRun.java TimelineTest.java TlsServer.java TopicsTest.java TourTest.java UnitTests.java WaitingTest.java
//SOURCES fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java fuzz/ByteSender.java
//SOURCES fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java fuzz/FuzzRun.java
//SOURCES fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java fuzz/Sender.java
//SOURCES fuzz/Values.java history/Anomaly.java history/Finding.java history/Findings.java history/History.java
//SOURCES history/HistoryTest.java history/PartitionHistory.java simulation/Caller.java simulation/Calls.java
//SOURCES simulation/ConsumerCalls.java simulation/DiskFaults.java simulation/DiskNode.java simulation/Faults.java
//SOURCES simulation/Loss.java simulation/ProcessEnded.java simulation/ProduceCalls.java simulation/SimulatedBroker.java
//SOURCES simulation/SimulatedChannel.java simulation/SimulatedDisk.java simulation/SimulatedFileSystem.java
//SOURCES simulation/SimulatedPath.java simulation/SimulatedProvider.java simulation/SimulatedScheduler.java
//SOURCES simulation/SimulationRun.java simulation/SimulationTest.java simulation/Simulations.java
//SOURCES simulation/TopicCalls.java simulation/TopicModel.java simulation/TopicVersions.java simulation/TopicView.java
//SOURCES simulation/Violation.java simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
