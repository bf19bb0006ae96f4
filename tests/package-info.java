//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java CatalogTest.java ClientTopicTest.java ClientsTest.java ClockTest.java
//SOURCES Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java ConsumerSessionTest.java
//SOURCES CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java DashboardTest.java
//SOURCES DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java DurableTest.java
//SOURCES EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java FileServer.java
//SOURCES FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayProcess.java GatewayTest.java
//SOURCES GroupStressTest.java GroupTest.java Http.java InputTest.java KafkaDifferences.java KafkaNodeProcess.java
//SOURCES KafkaNodeTest.java LauncherTest.java LifecycleTest.java LimitsTest.java LinearizabilityTest.java
//SOURCES LogRetentionTest.java LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java
//SOURCES NdjsonMessagesTest.java Nginx.java OverviewTest.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java
//SOURCES RawConnection.java ReadmeTest.java RecordTest.java RecordedClient.java Recording.java ReleaseTest.java
//SOURCES RestartTest.java RunningBroker.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java
//SOURCES Simulation.java SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java
//SOURCES StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java
//SOURCES TimelineTest.java TlsServer.java TlsTest.java TopicsTest.java TourTest.java UnitTests.java WaitingTest.java
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
