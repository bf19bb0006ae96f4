//SOURCES ApiTable.java Authenticator.java Call.java Caller.java ClassicGroup.java ClassicGroupState.java
//SOURCES ClassicGroups.java ClusterCalls.java ConfigCalls.java Connection.java ConnectionThreads.java
//SOURCES DeleteRecordsCall.java FetchCall.java FetchedRecords.java FindCoordinatorCall.java Frames.java
//SOURCES GroupAdminCalls.java GroupMember.java GroupMembers.java InitProducerIdCall.java KafkaApis.java
//SOURCES KafkaErrors.java KafkaServer.java ListOffsetsCall.java MembershipCalls.java MetadataCall.java OffsetCalls.java
//SOURCES ProduceCall.java ProtocolOptions.java RecordDecoder.java SaslGate.java SupportedProtocols.java TopicAdmin.java
//SOURCES TopicConfigs.java TopicIds.java Waits.java
/**
 * Kafka's own protocol on the log of the broker: unmodified Kafka clients produce to, and consume from, the topics that HTTP serves. Opt-in:
 * only {@code kafka/KafkaBroker.java} uses this package. {@link kafka.protocol.KafkaServer} listens, {@link kafka.protocol.ApiTable} has the
 * APIs, and there is a class for each API or for each family of APIs.
 */
package kafka.protocol;
