//SOURCES AppendedRanges.java BrowseCall.java CallDeadline.java Cluster.java ConsumerStore.java Differences.java
//SOURCES GatewayBroker.java GatewayStream.java KafkaOptions.java LoneConsumers.java PartitionReader.java
//SOURCES PartitionReaders.java ProducerSessions.java RecordProducer.java RecordText.java SequenceState.java
//SOURCES StoredConsumer.java TailWatch.java TopicCatalog.java TopicStates.java TransactionQueue.java
//SOURCES UpstreamErrors.java WaitingCalls.java
/** A broker over a Kafka cluster. {@link kafka.gateway.GatewayBroker} implements {@link engine.MessageBroker}. It keeps caches only. */
package kafka.gateway;
