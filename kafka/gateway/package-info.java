//SOURCES AppendedRanges.java BrowseCall.java CallDeadline.java Cluster.java ConsumerStore.java Differences.java
//SOURCES ForwardedBody.java Forwarder.java GatewayBroker.java GatewayConsumers.java GatewayHealth.java
//SOURCES GatewayStream.java GroupMember.java GroupMembers.java IdLocks.java InstanceId.java KafkaGroups.java
//SOURCES KafkaOptions.java LoneConsumers.java MemberElsewhere.java MemberPlace.java Membership.java OffsetClients.java
//SOURCES PartitionReader.java PartitionReaders.java PartitionTurns.java ProducerSessions.java RecordProducer.java
//SOURCES RecordText.java Removals.java SequenceState.java StoredConsumer.java TailWatch.java TopicCatalog.java
//SOURCES TopicStates.java TransactionQueue.java UpstreamErrors.java WaitingCalls.java
/** A broker over a Kafka cluster. {@link kafka.gateway.GatewayBroker} implements {@link engine.MessageBroker}. It keeps caches only. */
package kafka.gateway;
