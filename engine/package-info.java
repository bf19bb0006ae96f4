//SOURCES ArrayMemory.java BrowseRequest.java ByteArrayPool.java CommitFence.java CommitResult.java
//SOURCES CommittedOffsets.java Conflict.java ConsumerProgress.java ConsumerSession.java ConsumerSettings.java
//SOURCES ConsumerState.java Consumers.java DecodedMessage.java DiskQueue.java EncodedBatch.java EncodedMessages.java
//SOURCES EngineException.java ErrorCode.java EventId.java FutureTimestamps.java Group.java GroupCommit.java
//SOURCES GroupOffsets.java GroupState.java Header.java HeaderCodec.java IdleReason.java Journal.java JsonText.java
//SOURCES KeptMemory.java Limits.java Listing.java Log.java LogRetention.java Lookup.java Maintenance.java
//SOURCES MemoryBroker.java MemoryBudget.java MessageBroker.java MessageBuffer.java MessageCodec.java
//SOURCES MessageDecoder.java MessageLayout.java MessageReader.java MessageStream.java MessageWriter.java Murmur2.java
//SOURCES Names.java NotFound.java OffsetSpec.java Partition.java PartitionLogs.java PartitionRange.java
//SOURCES PartitionedBatch.java PendingPoll.java Plural.java Position.java ProduceResult.java ProducerSequence.java
//SOURCES ProducerSequences.java ProducerState.java ReadLimits.java Rebalanced.java RemovalReason.java Reservation.java
//SOURCES RestoredConsumer.java RetentionTimer.java Scheduler.java Segment.java SessionTimeout.java StickyAssignor.java
//SOURCES Storage.java Subscription.java SystemScheduler.java Topic.java TopicGroups.java TopicLogs.java
//SOURCES TopicRegistration.java TopicRestorer.java TopicSettings.java TopicSnapshot.java TopicState.java
//SOURCES TopicStream.java TopicWriter.java Topics.java WaitQueue.java WhenFull.java
/**
 * Topics, logs, consumers and groups. {@link engine.MessageBroker} has the operations of a broker, and {@link engine.MemoryBroker}
 * implements it. This package does not depend on the API or on files.
 */
package engine;
