//SOURCES AccessTest.java ArchitectureTest.java Await.java BatchTest.java BrokerProcess.java CatalogTest.java
//SOURCES ClientTopicTest.java ClientsTest.java ClockTest.java CommitFenceTest.java ConnectionTest.java
//SOURCES ConsumerPlaceTest.java ConsumerSessionTest.java CoreTest.java CrashTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DocsTest.java DurableTest.java
//SOURCES EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java FileServer.java FrontProxy.java
//SOURCES FullDiskTest.java Fuzz.java FuzzTest.java GroupStressTest.java GroupTest.java Http.java InputTest.java
//SOURCES LauncherTest.java LifecycleTest.java LinearizabilityTest.java LogRetentionTest.java LogTest.java
//SOURCES MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java
//SOURCES Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java RecordTest.java
//SOURCES ReleaseTest.java RestartTest.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java
//SOURCES SlowDiskTest.java SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StrayFilesTest.java
//SOURCES StreamTest.java StressTest.java SyncLog.java TestReport.java TestRun.java TlsServer.java TopicsTest.java
//SOURCES UnitTests.java WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java
//SOURCES fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java
//SOURCES fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java
//SOURCES fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
