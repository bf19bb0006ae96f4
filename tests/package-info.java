//SOURCES Access.java AccessControlTest.java AccessFileTest.java AnimatedGif.java ArchitectureTest.java Await.java
//SOURCES BatchTest.java BrokerProcess.java CatalogTest.java ClientTopicTest.java ClientsTest.java ClockTest.java
//SOURCES Commands.java CommitFenceTest.java ConnectionTest.java ConsumerPlaceTest.java ConsumerSessionTest.java
//SOURCES CoreTest.java CrashTest.java CrossSiteTest.java CuttingProxy.java DamageTest.java DashboardTest.java
//SOURCES DeliveryTest.java DescriptorsTest.java Disk.java DiskQueueTest.java DocsTest.java DurableTest.java
//SOURCES EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java FileServer.java
//SOURCES FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GatewayDifferencesTest.java GatewayFaultTest.java
//SOURCES GatewayGroupTest.java GatewayProcess.java GatewayTest.java GroupStressTest.java GroupTest.java Http.java
//SOURCES InputTest.java InstanceIdTest.java KafkaDifferences.java KafkaNodeProcess.java KafkaNodeTest.java
//SOURCES LauncherTest.java LifecycleTest.java LimitsTest.java LinearizabilityTest.java LogRetentionTest.java
//SOURCES LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java
//SOURCES Nginx.java OverviewTest.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java
//SOURCES ReadmeTest.java RecordTest.java RecordedClient.java Recording.java ReleaseTest.java RestartTest.java
//SOURCES RunningBroker.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java Simulation.java
//SOURCES SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StrayFilesTest.java
//SOURCES StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java TimelineTest.java TlsServer.java
//SOURCES TlsTest.java TopicsTest.java TourTest.java TwoGateways.java UnitTests.java WaitingTest.java fuzz/Answer.java
//SOURCES fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java
//SOURCES fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java
//SOURCES fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
//SOURCES history/Anomaly.java history/Finding.java history/Findings.java history/History.java history/HistoryTest.java
//SOURCES history/PartitionHistory.java simulation/Caller.java simulation/Calls.java simulation/ConsumerCalls.java
//SOURCES simulation/DiskFaults.java simulation/DiskNode.java simulation/Faults.java simulation/Loss.java
//SOURCES simulation/ProcessEnded.java simulation/ProduceCalls.java simulation/SimulatedBroker.java
//SOURCES simulation/SimulatedChannel.java simulation/SimulatedDisk.java simulation/SimulatedFileSystem.java
//SOURCES simulation/SimulatedPath.java simulation/SimulatedProvider.java simulation/SimulatedScheduler.java
//SOURCES simulation/SimulationRun.java simulation/SimulationTest.java simulation/Simulations.java
//SOURCES simulation/TopicCalls.java simulation/TopicModel.java simulation/TopicVersions.java simulation/TopicView.java
//SOURCES simulation/Violation.java simulation/WindowsNames.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
