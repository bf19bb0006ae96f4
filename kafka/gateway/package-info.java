//SOURCES AppendedRanges.java CallDeadline.java Cluster.java ConsumerStore.java Differences.java GatewayBroker.java
//SOURCES GatewayStream.java KafkaOptions.java LoneConsumers.java PartitionReader.java PartitionReaders.java
//SOURCES ProducerSessions.java RecordProducer.java RecordText.java SequenceState.java StoredConsumer.java
//SOURCES TailWatch.java TopicCatalog.java TopicStates.java TransactionQueue.java UpstreamErrors.java WaitingCalls.java
/** A broker over a Kafka cluster. {@link kafka.gateway.GatewayBroker} implements {@link engine.MessageBroker}. It keeps caches only. */
package kafka.gateway;
