//SOURCES AppendedRanges.java BrowseCall.java CallDeadline.java Cluster.java ConsumerStore.java Differences.java
//SOURCES Forwarder.java GatewayBroker.java GatewayConsumers.java GatewayHealth.java GatewayStream.java GroupMember.java
//SOURCES GroupMembers.java IdLocks.java InstanceId.java KafkaGroups.java KafkaOptions.java LoneConsumers.java
//SOURCES MemberElsewhere.java MemberPlace.java Membership.java OffsetClients.java PartitionReader.java
//SOURCES PartitionReaders.java PartitionTurns.java ProducerSessions.java RecordProducer.java RecordText.java
//SOURCES Removals.java SequenceState.java StoredConsumer.java TailWatch.java TopicCatalog.java TopicStates.java
//SOURCES TransactionQueue.java UpstreamErrors.java WaitingCalls.java
/** A broker over a Kafka cluster. {@link kafka.gateway.GatewayBroker} implements {@link engine.MessageBroker}. It keeps caches only. */
package kafka.gateway;
