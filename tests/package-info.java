//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java CatalogTest.java ClientTopicTest.java ClientsTest.java ClockTest.java
//SOURCES Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java ConsumerSessionTest.java
//SOURCES CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java DashboardTest.java
//SOURCES DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java DurableTest.java
//SOURCES EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java FileServer.java
//SOURCES FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java GatewayGroupTest.java
//SOURCES GatewayProcess.java GatewayTest.java GroupStressTest.java GroupTest.java Http.java InputTest.java
//SOURCES KafkaDifferences.java KafkaNodeProcess.java KafkaNodeTest.java LauncherTest.java LifecycleTest.java
//SOURCES LimitsTest.java LinearizabilityTest.java LogRetentionTest.java LogTest.java MediaTypesTest.java
//SOURCES MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java OverviewTest.java Page.java
//SOURCES PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java RecordTest.java
//SOURCES RecordedClient.java Recording.java ReleaseTest.java RestartTest.java RunningBroker.java Scripts.java
//SOURCES SeamTest.java SegmentTest.java SequenceTest.java Simulation.java SlowDiskTest.java SlowReaderTest.java
//SOURCES SteadyClient.java StickyAssignorTest.java StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java
//SOURCES TestReport.java TestRun.java TimelineTest.java TlsServer.java TlsTest.java TopicsTest.java TourTest.java
//SOURCES UnitTests.java WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java
//SOURCES fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java
//SOURCES fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java
//SOURCES fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java history/Anomaly.java history/Finding.java
//SOURCES history/Findings.java history/History.java history/HistoryTest.java history/PartitionHistory.java
//SOURCES simulation/Caller.java simulation/Calls.java simulation/ConsumerCalls.java simulation/DiskFaults.java
//SOURCES simulation/DiskNode.java simulation/Faults.java simulation/Loss.java simulation/ProcessEnded.java
//SOURCES simulation/ProduceCalls.java simulation/SimulatedBroker.java simulation/SimulatedChannel.java
//SOURCES simulation/SimulatedDisk.java simulation/SimulatedFileSystem.java simulation/SimulatedPath.java
//SOURCES simulation/SimulatedProvider.java simulation/SimulatedScheduler.java simulation/SimulationRun.java
//SOURCES simulation/SimulationTest.java simulation/Simulations.java simulation/TopicCalls.java
//SOURCES simulation/TopicModel.java simulation/TopicVersions.java simulation/TopicView.java simulation/Violation.java
//SOURCES simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
