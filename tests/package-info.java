//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java BytesTest.java CatalogTest.java ClientTopicTest.java ClientsTest.java
//SOURCES ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java
//SOURCES ConsumerSessionTest.java CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java
//SOURCES GatewayFaultTest.java GatewayGroupTest.java GatewayProcess.java GatewayTest.java GroupOffsetsTest.java
//SOURCES GroupStressTest.java GroupTest.java GrowthTest.java Http.java InputTest.java InstanceIdTest.java
//SOURCES KafkaBrokerProcess.java KafkaDifferences.java KafkaNodeProcess.java KafkaNodeTest.java KafkaProtocolTest.java
//SOURCES LauncherTest.java LifecycleTest.java LimitsTest.java LinearizabilityTest.java LogRetentionTest.java
//SOURCES LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java
//SOURCES Nginx.java OverviewTest.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java
//SOURCES ReadmeTest.java RecordTest.java RecordedClient.java Recording.java ReleaseTest.java RestartTest.java
//SOURCES RunningBroker.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java Simulation.java
//SOURCES SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StoredConsumerTest.java
//SOURCES StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java
//SOURCES TimelineTest.java TlsServer.java TlsTest.java TopicsTest.java TourTest.java TwoGateways.java UnitTests.java
//SOURCES WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java
//SOURCES fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java
//SOURCES fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java
//SOURCES fuzz/Sender.java fuzz/Values.java history/Anomaly.java history/Finding.java history/Findings.java
//SOURCES history/History.java history/HistoryTest.java history/PartitionHistory.java simulation/Caller.java
//SOURCES simulation/Calls.java simulation/ConsumerCalls.java simulation/DiskFaults.java simulation/DiskNode.java
//SOURCES simulation/Faults.java simulation/Loss.java simulation/ProcessEnded.java simulation/ProduceCalls.java
//SOURCES simulation/SimulatedBroker.java simulation/SimulatedChannel.java simulation/SimulatedDisk.java
//SOURCES simulation/SimulatedFileSystem.java simulation/SimulatedPath.java simulation/SimulatedProvider.java
//SOURCES simulation/SimulatedScheduler.java simulation/SimulationRun.java simulation/SimulationTest.java
//SOURCES simulation/Simulations.java simulation/TopicCalls.java simulation/TopicModel.java
//SOURCES simulation/TopicVersions.java simulation/TopicView.java simulation/Violation.java simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
