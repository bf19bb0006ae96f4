//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java BytesTest.java CatalogTest.java ClassicGroupTest.java ClientTopicTest.java
//SOURCES ClientsTest.java ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java
//SOURCES ConsumerSessionTest.java CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java
//SOURCES GatewayFaultTest.java GatewayGroupTest.java GatewayProcess.java GatewayTest.java GroupOffsetsTest.java
//SOURCES GroupStressTest.java GroupTest.java GrowthTest.java Http.java InputTest.java InstanceIdTest.java
//SOURCES KafkaAdminTest.java KafkaBrokerProcess.java KafkaDifferences.java KafkaFrameTest.java KafkaGroupTest.java
//SOURCES KafkaNodeProcess.java KafkaNodeTest.java KafkaProtocolTest.java KafkaSecurityTest.java LauncherTest.java
//SOURCES LifecycleTest.java LimitsTest.java LinearizabilityTest.java LogRetentionTest.java LogTest.java
//SOURCES MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java
//SOURCES OverviewTest.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java
//SOURCES RecordTest.java RecordedClient.java Recording.java ReleaseTest.java RestartTest.java RunningBroker.java
//SOURCES Scripts.java SeamTest.java SegmentTest.java SequenceTest.java Simulation.java SlowDiskTest.java
//SOURCES SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StoredConsumerTest.java StoredOffsetsTest.java
//SOURCES StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java
//SOURCES TimelineTest.java TlsServer.java TlsTest.java TopicsTest.java TourTest.java TwoGateways.java UnitTests.java
//SOURCES WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java
//SOURCES fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java
//SOURCES fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java
//SOURCES fuzz/Sender.java fuzz/Values.java history/Anomaly.java history/Finding.java history/Findings.java
//SOURCES history/History.java history/HistoryTest.java history/PartitionHistory.java simulation/Caller.java
//SOURCES simulation/Calls.java simulation/ConsumerCalls.java simulation/DiskFaults.java simulation/DiskNode.java
//SOURCES simulation/Faults.java simulation/Loss.java simulation/OffsetCalls.java simulation/ProcessEnded.java
//SOURCES simulation/ProduceCalls.java simulation/SimulatedBroker.java simulation/SimulatedChannel.java
//SOURCES simulation/SimulatedDisk.java simulation/SimulatedFileSystem.java simulation/SimulatedPath.java
//SOURCES simulation/SimulatedProvider.java simulation/SimulatedScheduler.java simulation/SimulationRun.java
//SOURCES simulation/SimulationTest.java simulation/Simulations.java simulation/TopicCalls.java
//SOURCES simulation/TopicModel.java simulation/TopicVersions.java simulation/TopicView.java simulation/Violation.java
//SOURCES simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
