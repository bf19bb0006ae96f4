//SOURCES AccessTest.java ArchitectureTest.java Await.java BatchTest.java BrokerProcess.java CatalogTest.java
//SOURCES ClientTopicTest.java ClientsTest.java ClockTest.java CommitFenceTest.java ConnectionTest.java
//SOURCES ConsumerPlaceTest.java ConsumerSessionTest.java CoreTest.java CrashTest.java CuttingProxy.java DamageTest.java
//SOURCES DashboardTest.java DeliveryTest.java DescriptorsTest.java Disk.java DocsTest.java DurableTest.java
//SOURCES EncodedBatchTest.java EngineTest.java ErrorsTest.java FaultTest.java FileServer.java FrontProxy.java
//SOURCES FullDiskTest.java Fuzz.java FuzzTest.java GroupStressTest.java GroupTest.java Http.java InputTest.java
//SOURCES LauncherTest.java LifecycleTest.java LinearizabilityTest.java LogRetentionTest.java LogTest.java
//SOURCES MediaTypesTest.java MemoryTest.java MetricsTest.java NamesTest.java NdjsonMessagesTest.java Nginx.java
//SOURCES Page.java PagesTest.java ProjectFiles.java ProxyTest.java RawConnection.java ReadmeTest.java RecordTest.java
//SOURCES RestartTest.java Scripts.java SeamTest.java SegmentTest.java SequenceTest.java SlowDiskTest.java
//SOURCES SlowReaderTest.java SteadyClient.java StickyAssignorTest.java StrayFilesTest.java StreamTest.java
//SOURCES StressTest.java SyncLog.java TestReport.java TestRun.java TlsServer.java TopicsTest.java UnitTests.java
//SOURCES WaitingTest.java fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java
//SOURCES fuzz/ByteSender.java fuzz/ByteText.java fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java
//SOURCES fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java fuzz/Requests.java fuzz/SchemaSender.java
//SOURCES fuzz/Sender.java fuzz/Values.java
/** Tests. They speak HTTP to real brokers or run the real scripts, and those of pure logic need no process: {@link tests.UnitTests}. */
package tests;
