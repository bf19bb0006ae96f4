//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java BytesTest.java CatalogTest.java ClassicGroupTest.java ClientTopicTest.java
//SOURCES ClientsTest.java ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java
//SOURCES ConsumerSessionTest.java CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java
//SOURCES GatewayFaultTest.java GatewayGroupTest.java GatewayProcess.java GatewayTest.java GroupOffsetsTest.java
//SOURCES GroupStressTest.java GroupTest.java GrowthTest.java Http.java InputTest.java InstanceIdTest.java
//SOURCES KafkaAdminTest.java KafkaBrokerProcess.java KafkaDifferences.java KafkaFaultTest.java KafkaFrameTest.java
//SOURCES KafkaGroupTest.java KafkaNodeProcess.java KafkaNodeTest.java KafkaProtocolTest.java KafkaSecurityTest.java
//SOURCES LauncherTest.java LifecycleTest.java LimitsTest.java LinearizabilityTest.java LogRetentionTest.java
//SOURCES LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java
//SOURCES Nginx.java OverviewTest.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java
//SOURCES ReadmeTest.java RecordTest.java RecordedClient.java Recording.java ReleaseTest.java RestartTest.java
//SOURCES RunningBroker.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java Simulation.java
//SOURCES SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StoredConsumerTest.java
//SOURCES StoredOffsetsTest.java StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java
//SOURCES TestRun.java TimelineTest.java TlsServer.java TlsTest.java TopicsTest.java TourTest.java TwoGateways.java
//SOURCES UnitTests.java WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java
//SOURCES fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java
//SOURCES fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java
//SOURCES fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java history/Anomaly.java history/Finding.java
//SOURCES history/Findings.java history/History.java history/HistoryTest.java history/PartitionHistory.java
//SOURCES simulation/Caller.java simulation/Calls.java simulation/ConsumerCalls.java simulation/DiskFaults.java
//SOURCES simulation/DiskNode.java simulation/Faults.java simulation/Loss.java simulation/OffsetCalls.java
//SOURCES simulation/ProcessEnded.java simulation/ProduceCalls.java simulation/SimulatedBroker.java
//SOURCES simulation/SimulatedChannel.java simulation/SimulatedDisk.java simulation/SimulatedFileSystem.java
//SOURCES simulation/SimulatedPath.java simulation/SimulatedProvider.java simulation/SimulatedScheduler.java
//SOURCES simulation/SimulationRun.java simulation/SimulationTest.java simulation/Simulations.java
//SOURCES simulation/TopicCalls.java simulation/TopicModel.java simulation/TopicVersions.java simulation/TopicView.java
//SOURCES simulation/Violation.java simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
