//SOURCES AccessTest.java ArchitectureTest.java Await.java BatchTest.java BrokerProcess.java CatalogTest.java
//SOURCES ClientTopicTest.java ClientsTest.java ClockTest.java Commands.java CommitFenceTest.java ConnectionTest.java
//SOURCES ConsumerPlaceTest.java ConsumerSessionTest.java CoreTest.java CrashTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DiskThreadsTest.java DocsTest.java
//SOURCES DurableTest.java EmbeddedBroker.java EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java
//SOURCES FileServer.java FrontProxy.java FullDiskTest.java Fuzz.java FuzzTest.java GroupStressTest.java GroupTest.java
//SOURCES Http.java InputTest.java LauncherTest.java LifecycleTest.java LinearizabilityTest.java LogRetentionTest.java
//SOURCES LogTest.java MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java
//SOURCES Nginx.java Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java
//SOURCES RecordTest.java ReleaseTest.java RestartTest.java RunningBroker.java Scripts.java SeamTest.java
//SOURCES SegmentTest.java SequenceTest.java SlowDiskTest.java SlowReaderTest.java SteadyClient.java
//SOURCES StickyAssignorTest.java StrayFilesTest.java StreamTest.java StressTest.java SyncLog.java TestReport.java
//SOURCES TestRun.java TlsServer.java TopicsTest.java UnitTests.java WaitingTest.java fuzz/Answer.java
//SOURCES fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java
//SOURCES fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java
//SOURCES fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
