//SOURCES AccessTest.java ArchitectureTest.java Await.java BatchTest.java BrokerProcess.java CatalogTest.java
//SOURCES ClientTopicTest.java ClientsTest.java ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java
//SOURCES ConsumerPlaceTest.java ConsumerSessionTest.java CoreTest.java CrashTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskThreadsTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GroupStressTest.java GroupTest.java
//SOURCES Http.java InputTest.java LauncherTest.java LifecycleTest.java LinearizabilityTest.java LogRetentionTest.java
//SOURCES LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java
//SOURCES Nginx.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java
//SOURCES RecordTest.java ReleaseTest.java RestartTest.java Scripts.java SeamTest.java SegmentTest.java
//SOURCES SequenceTest.java SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java
//SOURCES StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java TlsServer.java
//SOURCES TopicsTest.java UnitTests.java WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java
//SOURCES fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java
//SOURCES fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java
//SOURCES fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
