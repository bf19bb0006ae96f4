//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java BytesTest.java CatalogTest.java ClientTopicTest.java ClientsTest.java
//SOURCES ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java
//SOURCES ConsumerSessionTest.java CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java
//SOURCES GatewayFaultTest.java GatewayGroupTest.java GatewayProcess.java GatewayTest.java GroupOffsetsTest.java
//SOURCES GroupStressTest.java GroupTest.java GrowthTest.java Http.java InputTest.java InstanceIdTest.java
//SOURCES KafkaAdminTest.java KafkaBrokerProcess.java KafkaDifferences.java KafkaFrameTest.java KafkaNodeProcess.java
//SOURCES KafkaNodeTest.java KafkaProtocolTest.java KafkaSecurityTest.java LauncherTest.java LifecycleTest.java
//SOURCES LimitsTest.java LinearizabilityTest.java LogRetentionTest.java LogTest.java MediaTypesTest.java
//SOURCES MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java OverviewTest.java Page.java
//SOURCES PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java RecordTest.java
//SOURCES RecordedClient.java Recording.java ReleaseTest.java RestartTest.java RunningBroker.java Scripts.java
//SOURCES SeamTest.java SegmentTest.java SequenceTest.java Simulation.java SlowDiskTest.java SlowReaderTest.java
//SOURCES SteadyClient.java StickyAssignorTest.java StoredConsumerTest.java StoredOffsetsTest.java StrayFilesTest.java
//SOURCES StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java TimelineTest.java TlsServer.java
//SOURCES TlsTest.java TopicsTest.java TourTest.java TwoGateways.java UnitTests.java WaitingTest.java fuzz/Answer.java
//SOURCES fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java
//SOURCES fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java
//SOURCES fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
//SOURCES history/Anomaly.java history/Finding.java history/Findings.java history/History.java history/HistoryTest.java
//SOURCES history/PartitionHistory.java simulation/Caller.java simulation/Calls.java simulation/ConsumerCalls.java
//SOURCES simulation/DiskFaults.java simulation/DiskNode.java simulation/Faults.java simulation/Loss.java
//SOURCES simulation/OffsetCalls.java simulation/ProcessEnded.java simulation/ProduceCalls.java
//SOURCES simulation/SimulatedBroker.java simulation/SimulatedChannel.java simulation/SimulatedDisk.java
//SOURCES simulation/SimulatedFileSystem.java simulation/SimulatedPath.java simulation/SimulatedProvider.java
//SOURCES simulation/SimulatedScheduler.java simulation/SimulationRun.java simulation/SimulationTest.java
//SOURCES simulation/Simulations.java simulation/TopicCalls.java simulation/TopicModel.java
//SOURCES simulation/TopicVersions.java simulation/TopicView.java simulation/Violation.java simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
