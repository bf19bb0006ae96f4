//FILES project/=../ARCHITECTURE.md project/=../Broker.java project/=../CHANGELOG.md project/=../CONTRIBUTING.md
//FILES project/=../Consumer.java project/=../LICENSE project/=../Producer.java project/=../README.md
//FILES project/=../SECURITY.md project/=../Schemas.java project/access/=../access/AccessControl.java
//FILES project/access/=../access/AccessFile.java project/access/=../access/AccessFileEditor.java
//FILES project/access/=../access/AccessOptions.java project/access/=../access/AuthorizingBroker.java
//FILES project/access/=../access/AuthorizingLogs.java project/access/=../access/AuthorizingOffsets.java
//FILES project/access/=../access/FollowingFuture.java project/access/=../access/OwnIds.java
//FILES project/access/=../access/OwnerView.java project/access/=../access/Principal.java
//FILES project/access/=../access/Principals.java project/access/=../access/Rule.java
//FILES project/access/=../access/TokenCommand.java project/access/=../access/Tokens.java
//FILES project/access/=../access/package-info.java project/api/=../api/BrokerCalls.java
//FILES project/api/=../api/ConsumerCalls.java project/api/=../api/Parameters.java project/api/=../api/ProduceCalls.java
//FILES project/api/=../api/Routes.java project/api/=../api/TopicCalls.java project/api/=../api/Views.java
//FILES project/api/=../api/package-info.java project/benchmark/=../benchmark/Bar.java
//FILES project/benchmark/=../benchmark/Bench.java project/benchmark/=../benchmark/Benchmark.java
//FILES project/benchmark/=../benchmark/CallCosts.java project/benchmark/=../benchmark/Comparison.java
//FILES project/benchmark/=../benchmark/Durable.java project/benchmark/=../benchmark/EndToEnd.java
//FILES project/benchmark/=../benchmark/FileTransfer.java project/benchmark/=../benchmark/Format.java
//FILES project/benchmark/=../benchmark/Gateway.java project/benchmark/=../benchmark/Hostile.java
//FILES project/benchmark/=../benchmark/HttpConnection.java project/benchmark/=../benchmark/Jvm.java
//FILES project/benchmark/=../benchmark/Kafka.java project/benchmark/=../benchmark/KafkaProtocol.java
//FILES project/benchmark/=../benchmark/Kept.java project/benchmark/=../benchmark/Latency.java
//FILES project/benchmark/=../benchmark/Machine.java project/benchmark/=../benchmark/Measure.java
//FILES project/benchmark/=../benchmark/OneByOne.java project/benchmark/=../benchmark/OurBroker.java
//FILES project/benchmark/=../benchmark/PageVisitors.java project/benchmark/=../benchmark/Pages.java
//FILES project/benchmark/=../benchmark/Processes.java project/benchmark/=../benchmark/RealLines.java
//FILES project/benchmark/=../benchmark/Rebalance.java project/benchmark/=../benchmark/Redis.java
//FILES project/benchmark/=../benchmark/RetainedHeap.java project/benchmark/=../benchmark/Row.java
//FILES project/benchmark/=../benchmark/Scale.java project/benchmark/=../benchmark/Secured.java
//FILES project/benchmark/=../benchmark/Server.java project/benchmark/=../benchmark/SingleProduce.java
//FILES project/benchmark/=../benchmark/SingleProducers.java project/benchmark/=../benchmark/SlowClients.java
//FILES project/benchmark/=../benchmark/Table.java project/benchmark/=../benchmark/Throughput.java
//FILES project/benchmark/=../benchmark/Tool.java project/benchmark/=../benchmark/Trickle.java
//FILES project/benchmark/=../benchmark/VersionBefore.java project/benchmark/=../benchmark/Waiting.java
//FILES project/benchmark/=../benchmark/WaitingCrowd.java project/benchmark/=../benchmark/WarmStart.java
//FILES project/benchmark/=../benchmark/Wrk.java project/benchmark/growth/=../benchmark/growth/Costs.java
//FILES project/benchmark/growth/=../benchmark/growth/Growth.java
//FILES project/benchmark/growth/=../benchmark/growth/GrowthSimulation.java
//FILES project/benchmark/growth/=../benchmark/growth/LoadBalancer.java
//FILES project/benchmark/growth/=../benchmark/growth/SimulatedGateway.java project/benchmark/=../benchmark/main.java
//FILES project/benchmark/peers/=../benchmark/peers/BareJavalin.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaProducers.java
//FILES project/benchmark/peers/=../benchmark/peers/KafkaServer.java
//FILES project/benchmark/peers/=../benchmark/peers/OpenPage.java
//FILES project/benchmark/peers/=../benchmark/peers/fastapi_broker.py project/cli/=../cli/Announcement.java
//FILES project/cli/=../cli/ClassArchive.java project/cli/=../cli/Cli.java project/cli/=../cli/ControlCharacters.java
//FILES project/cli/=../cli/Environment.java project/cli/=../cli/FileWatch.java project/cli/=../cli/HostName.java
//FILES project/cli/=../cli/LaunchCommand.java project/cli/=../cli/LimitOptions.java
//FILES project/cli/=../cli/ListenOptions.java project/cli/=../cli/OptionCheck.java project/cli/=../cli/PemFile.java
//FILES project/cli/=../cli/PortFile.java project/cli/=../cli/ProcessContext.java project/cli/=../cli/SystemCharset.java
//FILES project/cli/=../cli/Terminal.java project/cli/=../cli/UnknownOptionHint.java project/cli/=../cli/Version.java
//FILES project/cli/=../cli/package-info.java project/client/=../client/Accumulator.java
//FILES project/client/=../client/AnswerLostException.java project/client/=../client/BatchProducer.java
//FILES project/client/=../client/BrokerClient.java project/client/=../client/BrokerUnavailableException.java
//FILES project/client/=../client/BrokerUrl.java project/client/=../client/ClientOptions.java
//FILES project/client/=../client/ConnectionFailure.java project/client/=../client/ConsumeLoop.java
//FILES project/client/=../client/Credentials.java project/client/=../client/FetchAhead.java
//FILES project/client/=../client/GeneratedLines.java project/client/=../client/HttpCall.java
//FILES project/client/=../client/InputException.java project/client/=../client/InputText.java
//FILES project/client/=../client/LineChunks.java project/client/=../client/MessageFormat.java
//FILES project/client/=../client/MessagePrinter.java project/client/=../client/NdjsonMessages.java
//FILES project/client/=../client/OffsetSpec.java project/client/=../client/OutgoingMessage.java
//FILES project/client/=../client/ProblemException.java project/client/=../client/Progress.java
//FILES project/client/=../client/ReceivedMessage.java project/client/=../client/RemoteConsumer.java
//FILES project/client/=../client/StopSignal.java project/client/=../client/TextMessages.java
//FILES project/client/=../client/TopicCreation.java project/client/=../client/TopicNames.java
//FILES project/client/=../client/package-info.java project/dashboard/=../dashboard/actions.js
//FILES project/dashboard/=../dashboard/address.js project/dashboard/=../dashboard/app.js
//FILES project/dashboard/=../dashboard/badges.js project/dashboard/=../dashboard/broker.js
//FILES project/dashboard/=../dashboard/consumer-actions.js project/dashboard/=../dashboard/consumers.js
//FILES project/dashboard/=../dashboard/deliveries.js project/dashboard/=../dashboard/demo.js
//FILES project/dashboard/=../dashboard/details.js project/dashboard/=../dashboard/events.js
//FILES project/dashboard/=../dashboard/heartbeat.js project/dashboard/=../dashboard/history.js
//FILES project/dashboard/=../dashboard/index.html project/dashboard/=../dashboard/lanes.js
//FILES project/dashboard/=../dashboard/lessons.js project/dashboard/=../dashboard/members.js
//FILES project/dashboard/=../dashboard/motion.js project/dashboard/=../dashboard/murmur2.js
//FILES project/dashboard/=../dashboard/overview.js project/dashboard/=../dashboard/payload.js
//FILES project/dashboard/=../dashboard/producer.js project/dashboard/=../dashboard/rebalance.gif
//FILES project/dashboard/=../dashboard/screenshot.png project/dashboard/=../dashboard/session.js
//FILES project/dashboard/=../dashboard/share.js project/dashboard/=../dashboard/state.js
//FILES project/dashboard/=../dashboard/style.css project/dashboard/=../dashboard/timebar.js
//FILES project/dashboard/=../dashboard/timeline.js project/dashboard/=../dashboard/token.js
//FILES project/dashboard/=../dashboard/topics.js project/dashboard/=../dashboard/tour.js
//FILES project/docs/=../docs/access.schema.json project/docs/=../docs/benchmark.md project/docs/=../docs/clients.md
//FILES project/docs/=../docs/delivery.md project/docs/=../docs/durability.md project/docs/=../docs/growth.md
//FILES project/docs/=../docs/http-api.md project/docs/=../docs/kafka-clients.md project/docs/=../docs/kafka.md
//FILES project/docs/=../docs/metrics.md project/docs/=../docs/page.md project/docs/=../docs/scripts.md
//FILES project/docs/=../docs/security.md project/docs/=../docs/troubleshooting.md
//FILES project/engine/=../engine/ArrayMemory.java project/engine/=../engine/BrowseRequest.java
//FILES project/engine/=../engine/ByteArrayPool.java project/engine/=../engine/CommitFence.java
//FILES project/engine/=../engine/CommitResult.java project/engine/=../engine/CommittedOffsets.java
//FILES project/engine/=../engine/Conflict.java project/engine/=../engine/ConsumerProgress.java
//FILES project/engine/=../engine/ConsumerSession.java project/engine/=../engine/ConsumerSettings.java
//FILES project/engine/=../engine/ConsumerState.java project/engine/=../engine/Consumers.java
//FILES project/engine/=../engine/DecodedMessage.java project/engine/=../engine/DiskQueue.java
//FILES project/engine/=../engine/EncodedBatch.java project/engine/=../engine/EncodedMessages.java
//FILES project/engine/=../engine/EngineException.java project/engine/=../engine/ErrorCode.java
//FILES project/engine/=../engine/EventId.java project/engine/=../engine/FutureTimestamps.java
//FILES project/engine/=../engine/Group.java project/engine/=../engine/GroupCommit.java
//FILES project/engine/=../engine/GroupOffsets.java project/engine/=../engine/GroupReservations.java
//FILES project/engine/=../engine/GroupState.java project/engine/=../engine/Header.java
//FILES project/engine/=../engine/HeaderCodec.java project/engine/=../engine/IdleReason.java
//FILES project/engine/=../engine/Journal.java project/engine/=../engine/JsonText.java
//FILES project/engine/=../engine/KeptMemory.java project/engine/=../engine/Limits.java
//FILES project/engine/=../engine/Listing.java project/engine/=../engine/Log.java
//FILES project/engine/=../engine/LogRetention.java project/engine/=../engine/Lookup.java
//FILES project/engine/=../engine/Maintenance.java project/engine/=../engine/MemoryBroker.java
//FILES project/engine/=../engine/MemoryBudget.java project/engine/=../engine/MemoryGroupOffsets.java
//FILES project/engine/=../engine/MessageBroker.java project/engine/=../engine/MessageBuffer.java
//FILES project/engine/=../engine/MessageCodec.java project/engine/=../engine/MessageDecoder.java
//FILES project/engine/=../engine/MessageLayout.java project/engine/=../engine/MessageReader.java
//FILES project/engine/=../engine/MessageStream.java project/engine/=../engine/MessageWriter.java
//FILES project/engine/=../engine/Murmur2.java project/engine/=../engine/Names.java
//FILES project/engine/=../engine/NotFound.java project/engine/=../engine/OffsetSpec.java
//FILES project/engine/=../engine/Partition.java project/engine/=../engine/PartitionLogs.java
//FILES project/engine/=../engine/PartitionRange.java project/engine/=../engine/PartitionedBatch.java
//FILES project/engine/=../engine/PendingPoll.java project/engine/=../engine/Plural.java
//FILES project/engine/=../engine/Position.java project/engine/=../engine/ProduceResult.java
//FILES project/engine/=../engine/ProducerSequence.java project/engine/=../engine/ProducerSequences.java
//FILES project/engine/=../engine/ProducerState.java project/engine/=../engine/ReadLimits.java
//FILES project/engine/=../engine/Rebalanced.java project/engine/=../engine/RemovalReason.java
//FILES project/engine/=../engine/Reservation.java project/engine/=../engine/RestoredConsumer.java
//FILES project/engine/=../engine/RetentionTimer.java project/engine/=../engine/Scheduler.java
//FILES project/engine/=../engine/Segment.java project/engine/=../engine/SessionTimeout.java
//FILES project/engine/=../engine/StickyAssignor.java project/engine/=../engine/Storage.java
//FILES project/engine/=../engine/Subscription.java project/engine/=../engine/SystemScheduler.java
//FILES project/engine/=../engine/Topic.java project/engine/=../engine/TopicGroups.java
//FILES project/engine/=../engine/TopicLogs.java project/engine/=../engine/TopicRegistration.java
//FILES project/engine/=../engine/TopicRestorer.java project/engine/=../engine/TopicSettings.java
//FILES project/engine/=../engine/TopicSnapshot.java project/engine/=../engine/TopicState.java
//FILES project/engine/=../engine/TopicStream.java project/engine/=../engine/TopicWriter.java
//FILES project/engine/=../engine/Topics.java project/engine/=../engine/WaitQueue.java
//FILES project/engine/=../engine/WhenFull.java project/engine/=../engine/package-info.java
//FILES project/http/=../http/Action.java project/http/=../http/Answers.java project/http/=../http/ApiPlugin.java
//FILES project/http/=../http/AuthenticationFilter.java project/http/=../http/BatchParser.java
//FILES project/http/=../http/BodyHints.java project/http/=../http/Call.java project/http/=../http/CrossSiteFilter.java
//FILES project/http/=../http/DashboardPlugin.java project/http/=../http/Difference.java
//FILES project/http/=../http/DocsPlugin.java project/http/=../http/Exchange.java project/http/=../http/JsonBodies.java
//FILES project/http/=../http/JsonMemory.java project/http/=../http/LocalNames.java
//FILES project/http/=../http/LongAnswer.java project/http/=../http/MediaTypes.java
//FILES project/http/=../http/MessageFields.java project/http/=../http/Metrics.java
//FILES project/http/=../http/NameMemory.java project/http/=../http/NetworkAddresses.java
//FILES project/http/=../http/NotRouted.java project/http/=../http/OpenApi.java project/http/=../http/Payload.java
//FILES project/http/=../http/PlainHttpFilter.java project/http/=../http/Problem.java
//FILES project/http/=../http/ProblemErrorHandler.java project/http/=../http/Problems.java
//FILES project/http/=../http/RefusingHandler.java project/http/=../http/RequestStats.java
//FILES project/http/=../http/Route.java project/http/=../http/RouteHandler.java project/http/=../http/RouteTable.java
//FILES project/http/=../http/TextAnswer.java project/http/=../http/UriCheck.java
//FILES project/http/jetty/=../http/jetty/BodyDrain.java project/http/jetty/=../http/jetty/BodyReader.java
//FILES project/http/jetty/=../http/jetty/BoundedConnector.java project/http/jetty/=../http/jetty/Descriptors.java
//FILES project/http/jetty/=../http/jetty/DetachedCallback.java project/http/jetty/=../http/jetty/DisconnectWatcher.java
//FILES project/http/jetty/=../http/jetty/EventStream.java project/http/jetty/=../http/jetty/HeadMemory.java
//FILES project/http/jetty/=../http/jetty/HttpConnections.java project/http/jetty/=../http/jetty/SelectorQueue.java
//FILES project/http/jetty/=../http/jetty/SlowReaderWatch.java project/http/jetty/=../http/jetty/TransferTime.java
//FILES project/http/jetty/=../http/jetty/package-info.java project/http/=../http/package-info.java
//FILES project/http/=../http/simplelogger.properties project/=../jbang project/=../jbang-catalog.json
//FILES project/kafka/=../kafka/KafkaBroker.java project/kafka/=../kafka/KafkaGateway.java
//FILES project/kafka/=../kafka/KafkaNode.java project/kafka/=../kafka/differences.json
//FILES project/kafka/gateway/=../kafka/gateway/AppendedRanges.java
//FILES project/kafka/gateway/=../kafka/gateway/BrowseCall.java
//FILES project/kafka/gateway/=../kafka/gateway/CallDeadline.java project/kafka/gateway/=../kafka/gateway/Cluster.java
//FILES project/kafka/gateway/=../kafka/gateway/ConsumerStore.java
//FILES project/kafka/gateway/=../kafka/gateway/Differences.java
//FILES project/kafka/gateway/=../kafka/gateway/ForwardedBody.java
//FILES project/kafka/gateway/=../kafka/gateway/Forwarder.java
//FILES project/kafka/gateway/=../kafka/gateway/GatewayBroker.java
//FILES project/kafka/gateway/=../kafka/gateway/GatewayConsumers.java
//FILES project/kafka/gateway/=../kafka/gateway/GatewayHealth.java
//FILES project/kafka/gateway/=../kafka/gateway/GatewayStream.java
//FILES project/kafka/gateway/=../kafka/gateway/GroupMember.java
//FILES project/kafka/gateway/=../kafka/gateway/GroupMembers.java project/kafka/gateway/=../kafka/gateway/IdLocks.java
//FILES project/kafka/gateway/=../kafka/gateway/InstanceId.java project/kafka/gateway/=../kafka/gateway/KafkaGroups.java
//FILES project/kafka/gateway/=../kafka/gateway/KafkaOptions.java
//FILES project/kafka/gateway/=../kafka/gateway/LoneConsumers.java
//FILES project/kafka/gateway/=../kafka/gateway/MemberElsewhere.java
//FILES project/kafka/gateway/=../kafka/gateway/MemberPlace.java project/kafka/gateway/=../kafka/gateway/Membership.java
//FILES project/kafka/gateway/=../kafka/gateway/OffsetClients.java
//FILES project/kafka/gateway/=../kafka/gateway/PartitionReader.java
//FILES project/kafka/gateway/=../kafka/gateway/PartitionReaders.java
//FILES project/kafka/gateway/=../kafka/gateway/PartitionTurns.java
//FILES project/kafka/gateway/=../kafka/gateway/ProducerSessions.java
//FILES project/kafka/gateway/=../kafka/gateway/RecordProducer.java
//FILES project/kafka/gateway/=../kafka/gateway/RecordText.java project/kafka/gateway/=../kafka/gateway/Removals.java
//FILES project/kafka/gateway/=../kafka/gateway/SequenceState.java
//FILES project/kafka/gateway/=../kafka/gateway/StoredConsumer.java
//FILES project/kafka/gateway/=../kafka/gateway/TailWatch.java project/kafka/gateway/=../kafka/gateway/TopicCatalog.java
//FILES project/kafka/gateway/=../kafka/gateway/TopicStates.java
//FILES project/kafka/gateway/=../kafka/gateway/TransactionQueue.java
//FILES project/kafka/gateway/=../kafka/gateway/UpstreamErrors.java
//FILES project/kafka/gateway/=../kafka/gateway/WaitingCalls.java
//FILES project/kafka/gateway/=../kafka/gateway/package-info.java project/kafka/node/=../kafka/node/NodeSettings.java
//FILES project/kafka/node/=../kafka/node/TemporaryFolder.java project/kafka/node/=../kafka/node/package-info.java
//FILES project/kafka/protocol/=../kafka/protocol/ApiTable.java
//FILES project/kafka/protocol/=../kafka/protocol/Authenticator.java project/kafka/protocol/=../kafka/protocol/Call.java
//FILES project/kafka/protocol/=../kafka/protocol/Caller.java
//FILES project/kafka/protocol/=../kafka/protocol/ClassicGroup.java
//FILES project/kafka/protocol/=../kafka/protocol/ClassicGroupState.java
//FILES project/kafka/protocol/=../kafka/protocol/ClassicGroups.java
//FILES project/kafka/protocol/=../kafka/protocol/ClusterCalls.java
//FILES project/kafka/protocol/=../kafka/protocol/ConfigCalls.java
//FILES project/kafka/protocol/=../kafka/protocol/Connection.java
//FILES project/kafka/protocol/=../kafka/protocol/ConnectionThreads.java
//FILES project/kafka/protocol/=../kafka/protocol/DeleteRecordsCall.java
//FILES project/kafka/protocol/=../kafka/protocol/FetchCall.java
//FILES project/kafka/protocol/=../kafka/protocol/FetchedRecords.java
//FILES project/kafka/protocol/=../kafka/protocol/FindCoordinatorCall.java
//FILES project/kafka/protocol/=../kafka/protocol/Frames.java
//FILES project/kafka/protocol/=../kafka/protocol/GroupAdminCalls.java
//FILES project/kafka/protocol/=../kafka/protocol/GroupMember.java
//FILES project/kafka/protocol/=../kafka/protocol/GroupMembers.java
//FILES project/kafka/protocol/=../kafka/protocol/InitProducerIdCall.java
//FILES project/kafka/protocol/=../kafka/protocol/KafkaApis.java
//FILES project/kafka/protocol/=../kafka/protocol/KafkaErrors.java
//FILES project/kafka/protocol/=../kafka/protocol/KafkaServer.java
//FILES project/kafka/protocol/=../kafka/protocol/ListOffsetsCall.java
//FILES project/kafka/protocol/=../kafka/protocol/MembershipCalls.java
//FILES project/kafka/protocol/=../kafka/protocol/MetadataCall.java
//FILES project/kafka/protocol/=../kafka/protocol/OffsetCalls.java
//FILES project/kafka/protocol/=../kafka/protocol/ProduceCall.java
//FILES project/kafka/protocol/=../kafka/protocol/ProtocolOptions.java
//FILES project/kafka/protocol/=../kafka/protocol/RecordDecoder.java
//FILES project/kafka/protocol/=../kafka/protocol/SaslGate.java
//FILES project/kafka/protocol/=../kafka/protocol/SupportedProtocols.java
//FILES project/kafka/protocol/=../kafka/protocol/TopicAdmin.java
//FILES project/kafka/protocol/=../kafka/protocol/TopicConfigs.java
//FILES project/kafka/protocol/=../kafka/protocol/TopicIds.java project/kafka/protocol/=../kafka/protocol/Waits.java
//FILES project/kafka/protocol/=../kafka/protocol/package-info.java project/server/=../server/ServerCommand.java
//FILES project/server/=../server/package-info.java project/storage/=../storage/ConsumersState.java
//FILES project/storage/=../storage/CorruptRecordException.java project/storage/=../storage/DamagedFolder.java
//FILES project/storage/=../storage/DataDirectory.java project/storage/=../storage/DirectoryFormat.java
//FILES project/storage/=../storage/DirectoryLock.java project/storage/=../storage/DueEntries.java
//FILES project/storage/=../storage/Entry.java project/storage/=../storage/FORMAT.md
//FILES project/storage/=../storage/FileErrors.java project/storage/=../storage/Folders.java
//FILES project/storage/=../storage/Fsync.java project/storage/=../storage/JournalSegment.java
//FILES project/storage/=../storage/JournalSegments.java project/storage/=../storage/JournalTail.java
//FILES project/storage/=../storage/JournalWriter.java project/storage/=../storage/MaintenanceTimer.java
//FILES project/storage/=../storage/MissingOffsets.java project/storage/=../storage/RecordReader.java
//FILES project/storage/=../storage/RecordWriter.java project/storage/=../storage/Repair.java
//FILES project/storage/=../storage/SealedSegments.java project/storage/=../storage/StorageException.java
//FILES project/storage/=../storage/StorageOptions.java project/storage/=../storage/StoredOffsets.java
//FILES project/storage/=../storage/SyncedTail.java project/storage/=../storage/SystemFiles.java
//FILES project/storage/=../storage/TopicFolder.java project/storage/=../storage/TopicJournal.java
//FILES project/storage/=../storage/TopicReplay.java project/storage/=../storage/TopicScan.java
//FILES project/storage/=../storage/TruncatedTail.java project/storage/=../storage/package-info.java
//FILES project/tests/=Access.java project/tests/=AccessControlTest.java project/tests/=AccessFileTest.java
//FILES project/tests/=AllTests.java project/tests/=AnimatedGif.java project/tests/=ArchitectureTest.java
//FILES project/tests/=Await.java project/tests/=BatchTest.java project/tests/=BrokerProcess.java
//FILES project/tests/=BytesTest.java project/tests/=CatalogTest.java project/tests/=ClassicGroupTest.java
//FILES project/tests/=ClientTopicTest.java project/tests/=ClientsTest.java project/tests/=ClockTest.java
//FILES project/tests/=Commands.java project/tests/=CommitFenceTest.java project/tests/=ConnectionTest.java
//FILES project/tests/=ConsumerPlaceTest.java project/tests/=ConsumerSessionTest.java project/tests/=CoreTest.java
//FILES project/tests/=CoverageFuzz.java project/tests/=CrashTest.java project/tests/=CrossSiteTest.java
//FILES project/tests/=CuttingProxy.java project/tests/=DamageTest.java project/tests/=DashboardTest.java
//FILES project/tests/=DeliveryTest.java project/tests/=Dependencies.java project/tests/=DescriptorsTest.java
//FILES project/tests/=Disk.java project/tests/=DiskQueueTest.java project/tests/=DocsTest.java
//FILES project/tests/=DurableTest.java project/tests/=EmbeddedBroker.java project/tests/=EncodedBatchTest.java
//FILES project/tests/=EngineTest.java project/tests/=ErrorsTest.java project/tests/=FaultTest.java
//FILES project/tests/=FileServer.java project/tests/=FrontProxy.java project/tests/=FullDiskTest.java
//FILES project/tests/=Fuzz.java project/tests/=FuzzTest.java project/tests/=GatewayDifferencesTest.java
//FILES project/tests/=GatewayFaultTest.java project/tests/=GatewayGroupTest.java project/tests/=GatewayProcess.java
//FILES project/tests/=GatewayTest.java project/tests/=GeneratedClientCheck.java project/tests/=GroupOffsetsTest.java
//FILES project/tests/=GroupStressTest.java project/tests/=GroupTest.java project/tests/=GrowthTest.java
//FILES project/tests/=Http.java project/tests/=InputTest.java project/tests/=InstanceIdTest.java
//FILES project/tests/=Interleavings.java project/tests/=KafkaAdminTest.java project/tests/=KafkaBrokerProcess.java
//FILES project/tests/=KafkaDifferences.java project/tests/=KafkaFaultTest.java project/tests/=KafkaFrameTest.java
//FILES project/tests/=KafkaGroupTest.java project/tests/=KafkaNodeProcess.java project/tests/=KafkaNodeTest.java
//FILES project/tests/=KafkaProtocolTest.java project/tests/=KafkaSecurityTest.java project/tests/=LauncherTest.java
//FILES project/tests/=LifecycleTest.java project/tests/=LimitsTest.java project/tests/=LinearizabilityTest.java
//FILES project/tests/=LogRetentionTest.java project/tests/=LogTest.java project/tests/=MediaTypesTest.java
//FILES project/tests/=MemoryTest.java project/tests/=MetricsTest.java project/tests/=NamesTest.java
//FILES project/tests/=NdjsonMessagesTest.java project/tests/=Nginx.java project/tests/=OverviewTest.java
//FILES project/tests/=Page.java project/tests/=PagesTest.java project/tests/=ProjectFiles.java
//FILES project/tests/=ProxyTest.java project/tests/=RawConnection.java project/tests/=ReadmeTest.java
//FILES project/tests/=RecordTest.java project/tests/=RecordedClient.java project/tests/=Recording.java
//FILES project/tests/=ReleaseTest.java project/tests/=RestartTest.java project/tests/=RunningBroker.java
//FILES project/tests/=Scripts.java project/tests/=SeamTest.java project/tests/=SegmentTest.java
//FILES project/tests/=SequenceTest.java project/tests/=Simulation.java project/tests/=SlowDiskTest.java
//FILES project/tests/=SlowReaderTest.java project/tests/=SteadyClient.java project/tests/=StickyAssignorTest.java
//FILES project/tests/=StoredConsumerTest.java project/tests/=StoredOffsetsTest.java project/tests/=StrayFilesTest.java
//FILES project/tests/=StreamTest.java project/tests/=StressTest.java project/tests/=SyncLog.java
//FILES project/tests/=TestReport.java project/tests/=TestRun.java project/tests/=TimelineTest.java
//FILES project/tests/=TlsServer.java project/tests/=TlsTest.java project/tests/=TopicsTest.java
//FILES project/tests/=TourTest.java project/tests/=TwoGateways.java project/tests/=UnitTests.java
//FILES project/tests/=WaitingTest.java project/tests/compatibility/=compatibility/JavaClient.java
//FILES project/tests/compatibility/=compatibility/KafkaTool.java project/tests/compatibility/=compatibility/check
//FILES project/tests/compatibility/=compatibility/confluent.py
//FILES project/tests/compatibility/=compatibility/kafka_python.py
//FILES project/tests/compatibility/=compatibility/kafka_tools.sh project/tests/compatibility/=compatibility/kafkajs.mjs
//FILES project/tests/compatibility/=compatibility/kcat.sh project/tests/compatibility/=compatibility/package.json
//FILES project/tests/compatibility/=compatibility/platformatic.mjs
//FILES project/tests/coverage/=coverage/BatchParserFuzzTest.java project/tests/coverage/=coverage/Corpus.java
//FILES project/tests/coverage/=coverage/HeadersFuzzTest.java project/tests/coverage/=coverage/JsonTextFuzzTest.java
//FILES project/tests/coverage/=coverage/SegmentFuzzTest.java project/tests/coverage/corpus/=coverage/corpus/batches.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/headers.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/json-text.txt
//FILES project/tests/coverage/corpus/=coverage/corpus/segments.txt
//FILES project/tests/fixtures/empty-batches/=fixtures/empty-batches/format
//FILES project/tests/fixtures/empty-batches/topics/00000001-a/=fixtures/empty-batches/topics/00000001-a/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000002-m/=fixtures/empty-batches/topics/00000002-m/00000001.ndjson
//FILES project/tests/fixtures/empty-batches/topics/00000003-last/=fixtures/empty-batches/topics/00000003-last/00000001.ndjson
//FILES project/tests/fuzz/=fuzz/Answer.java project/tests/fuzz/=fuzz/AnswerCheck.java
//FILES project/tests/fuzz/=fuzz/ApiDocument.java project/tests/fuzz/=fuzz/BrokerState.java
//FILES project/tests/fuzz/=fuzz/ByteSender.java project/tests/fuzz/=fuzz/ByteText.java
//FILES project/tests/fuzz/=fuzz/Failures.java project/tests/fuzz/=fuzz/FuzzConnection.java
//FILES project/tests/fuzz/=fuzz/FuzzRequest.java project/tests/fuzz/=fuzz/FuzzRun.java
//FILES project/tests/fuzz/=fuzz/Ledger.java project/tests/fuzz/=fuzz/Mutations.java
//FILES project/tests/fuzz/=fuzz/Requests.java project/tests/fuzz/=fuzz/SchemaSender.java
//FILES project/tests/fuzz/=fuzz/Sender.java project/tests/fuzz/=fuzz/Values.java
//FILES project/tests/history/=history/Anomaly.java project/tests/history/=history/Finding.java
//FILES project/tests/history/=history/Findings.java project/tests/history/=history/History.java
//FILES project/tests/history/=history/HistoryTest.java project/tests/history/=history/PartitionHistory.java
//FILES project/tests/interleaving/=interleaving/GroupCommitInterleavings.java
//FILES project/tests/interleaving/=interleaving/LogInterleavings.java
//FILES project/tests/interleaving/=interleaving/MemoryBudgetInterleavings.java
//FILES project/tests/interleaving/=interleaving/WaitQueueInterleavings.java project/tests/=package-info.java
//FILES project/tests/planted/=planted/01-skip-the-checksum.patch
//FILES project/tests/planted/=planted/02-answer-before-the-sync.patch
//FILES project/tests/planted/=planted/03-drop-one-message-too-many.patch
//FILES project/tests/planted/=planted/04-drop-a-wake-up.patch
//FILES project/tests/planted/=planted/05-no-fsync-of-a-new-topic.patch
//FILES project/tests/planted/=planted/06-no-fsync-of-a-deletion.patch
//FILES project/tests/planted/=planted/07-commit-whatever-is-delivered.patch
//FILES project/tests/planted/=planted/08-an-empty-batch-in-the-journal.patch
//FILES project/tests/planted/=planted/09-no-fsync-of-a-new-segment.patch
//FILES project/tests/planted/=planted/10-no-force-of-a-new-segment.patch
//FILES project/tests/planted/=planted/11-a-session-never-expires.patch
//FILES project/tests/planted/=planted/12-append-a-repeated-request.patch
//FILES project/tests/planted/=planted/13-a-seek-is-not-committed.patch
//FILES project/tests/planted/=planted/14-a-new-owner-skips-messages.patch
//FILES project/tests/planted/=planted/15-forget-that-a-partition-was-revoked.patch
//FILES project/tests/planted/=planted/16-do-not-truncate-the-tail.patch
//FILES project/tests/planted/=planted/17-lose-commits-at-the-next-segment.patch
//FILES project/tests/planted/=planted/18-keep-what-could-not-be-synced.patch
//FILES project/tests/planted/=planted/19-expire-too-early.patch
//FILES project/tests/planted/=planted/20-never-fsync-by-interval.patch project/tests/planted/=planted/check
//FILES project/tests/simulation/=simulation/Caller.java project/tests/simulation/=simulation/Calls.java
//FILES project/tests/simulation/=simulation/ConsumerCalls.java project/tests/simulation/=simulation/DiskFaults.java
//FILES project/tests/simulation/=simulation/DiskNode.java project/tests/simulation/=simulation/Faults.java
//FILES project/tests/simulation/=simulation/Loss.java project/tests/simulation/=simulation/OffsetCalls.java
//FILES project/tests/simulation/=simulation/ProcessEnded.java project/tests/simulation/=simulation/ProduceCalls.java
//FILES project/tests/simulation/=simulation/SimulatedBroker.java
//FILES project/tests/simulation/=simulation/SimulatedChannel.java
//FILES project/tests/simulation/=simulation/SimulatedDisk.java
//FILES project/tests/simulation/=simulation/SimulatedFileSystem.java
//FILES project/tests/simulation/=simulation/SimulatedPath.java
//FILES project/tests/simulation/=simulation/SimulatedProvider.java
//FILES project/tests/simulation/=simulation/SimulatedScheduler.java
//FILES project/tests/simulation/=simulation/SimulationRun.java project/tests/simulation/=simulation/SimulationTest.java
//FILES project/tests/simulation/=simulation/Simulations.java project/tests/simulation/=simulation/TopicCalls.java
//FILES project/tests/simulation/=simulation/TopicModel.java project/tests/simulation/=simulation/TopicVersions.java
//FILES project/tests/simulation/=simulation/TopicView.java project/tests/simulation/=simulation/Violation.java
//FILES project/tests/simulation/=simulation/WindowsNames.java project/tls/=../tls/CertificateCommand.java
//FILES project/tls/=../tls/PemKeyStore.java project/tls/=../tls/ServerTls.java project/tls/=../tls/TlsOptions.java
//FILES project/tls/=../tls/package-info.java
package tests;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project as it comes along in the jar of the tests, for when they are run from a URL and there is no checkout. */
final class ProjectFiles {
    private ProjectFiles() {}

    /** The files, by their names from the project's root. */
    static Set<String> names() throws IOException {
        try (FileSystem jar = openJar();
                Stream<Path> files = Files.walk(jar.getPath("project"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.toString().replaceFirst("^/?project/", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The text of one of them. */
    static String read(String name) throws IOException {
        try (FileSystem jar = openJar()) {
            return Files.readString(jar.getPath("project", name));
        }
    }

    /** Copies them all into a new folder, where {@code jbang} can be run. */
    static Path unpack() throws IOException {
        Path copy = Files.createTempDirectory("mini-kafka");
        try (FileSystem jar = openJar()) {
            Scripts.copy(jar.getPath("project"), copy);
        }
        return copy;
    }

    private static FileSystem openJar() throws IOException {
        try {
            return FileSystems.newFileSystem(Path.of(ProjectFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
