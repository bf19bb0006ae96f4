//SOURCES ArrayMemory.java BrowseRequest.java ByteArrayPool.java CommitFence.java CommitResult.java
//SOURCES CommittedOffsets.java Conflict.java ConsumerProgress.java ConsumerSession.java ConsumerSettings.java
//SOURCES ConsumerState.java Consumers.java DecodedMessage.java DiskQueue.java EncodedBatch.java EncodedMessages.java
//SOURCES EngineException.java ErrorCode.java EventId.java FutureTimestamps.java Group.java GroupCommit.java
//SOURCES GroupOffsets.java GroupReservations.java GroupState.java Header.java HeaderCodec.java IdleReason.java
//SOURCES Journal.java JsonText.java KeptMemory.java Limits.java Listing.java Log.java LogRetention.java Lookup.java
//SOURCES Maintenance.java MemoryBroker.java MemoryBudget.java MemoryGroupOffsets.java MessageBroker.java
//SOURCES MessageBuffer.java MessageCodec.java MessageDecoder.java MessageLayout.java MessageReader.java
//SOURCES MessageStream.java MessageWriter.java Murmur2.java Names.java NotFound.java OffsetSpec.java Partition.java
//SOURCES PartitionLogs.java PartitionRange.java PartitionedBatch.java PendingPoll.java Plural.java Position.java
//SOURCES ProduceResult.java ProducerSequence.java ProducerSequences.java ProducerState.java ReadLimits.java
//SOURCES Rebalanced.java RemovalReason.java Reservation.java RestoredConsumer.java RetentionTimer.java Scheduler.java
//SOURCES Segment.java SessionTimeout.java StickyAssignor.java Storage.java Subscription.java SystemScheduler.java
//SOURCES Topic.java TopicGroups.java TopicLogs.java TopicRegistration.java TopicRestorer.java TopicSettings.java
//SOURCES TopicSnapshot.java TopicState.java TopicStream.java TopicWriter.java Topics.java WaitQueue.java WhenFull.java
/**
 * Topics, logs, consumers and groups. {@link engine.MessageBroker} has the operations of a broker, and {@link engine.MemoryBroker}
 * implements it. This package does not depend on the API or on files.
 */
package engine;
