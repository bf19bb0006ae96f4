//SOURCES ApiTable.java Authenticator.java Call.java Caller.java ClusterCalls.java ConfigCalls.java Connection.java
//SOURCES ConnectionThreads.java DeleteRecordsCall.java FetchCall.java FetchedRecords.java Frames.java
//SOURCES InitProducerIdCall.java KafkaApis.java KafkaErrors.java KafkaServer.java ListOffsetsCall.java
//SOURCES MetadataCall.java ProduceCall.java ProtocolOptions.java RecordDecoder.java SaslGate.java TopicAdmin.java
//SOURCES TopicConfigs.java Waits.java
/**
 * Kafka's own protocol on the log of the broker: unmodified Kafka clients produce to, and consume from, the topics that HTTP serves. Opt-in:
 * only {@code kafka/KafkaBroker.java} uses this package. {@link kafka.protocol.KafkaServer} listens, {@link kafka.protocol.ApiTable} has the
 * APIs, and there is a class for each API or for each family of APIs.
 */
package kafka.protocol;
