//SOURCES AppendedRanges.java BrowseCall.java CallDeadline.java Cluster.java ConsumerStore.java Differences.java
//SOURCES Forwarder.java GatewayBroker.java GatewayConsumers.java GatewayStream.java GroupMember.java GroupMembers.java
//SOURCES IdLocks.java InstanceId.java KafkaGroups.java KafkaOptions.java LoneConsumers.java MemberElsewhere.java
//SOURCES MemberPlace.java Membership.java OffsetClients.java PartitionReader.java PartitionReaders.java
//SOURCES PartitionTurns.java ProducerSessions.java RecordProducer.java RecordText.java Removals.java SequenceState.java
//SOURCES StoredConsumer.java TailWatch.java TopicCatalog.java TopicStates.java TransactionQueue.java
//SOURCES UpstreamErrors.java WaitingCalls.java
/** A broker over a Kafka cluster. {@link kafka.gateway.GatewayBroker} implements {@link engine.MessageBroker}. It keeps caches only. */
package kafka.gateway;
