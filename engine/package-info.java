//SOURCES ArrayMemory.java BrowseRequest.java ByteArrayPool.java CommitFence.java CommitResult.java
//SOURCES CommittedOffsets.java Conflict.java ConsumerProgress.java ConsumerSession.java ConsumerSettings.java
//SOURCES ConsumerState.java Consumers.java DecodedMessage.java DiskQueue.java EncodedBatch.java EncodedMessages.java
//SOURCES EngineException.java ErrorCode.java EventId.java FutureTimestamps.java Group.java GroupCommit.java
//SOURCES GroupState.java IdleReason.java Journal.java JsonText.java KeptMemory.java Limits.java Listing.java Log.java
//SOURCES LogRetention.java Lookup.java Maintenance.java MemoryBroker.java MemoryBudget.java MessageBroker.java
//SOURCES MessageCodec.java MessageDecoder.java MessageLayout.java MessageStream.java MessageWriter.java Murmur2.java
//SOURCES Names.java NotFound.java OffsetSpec.java Partition.java PartitionRange.java PartitionedBatch.java
//SOURCES PendingPoll.java Plural.java Position.java ProduceResult.java ProducerSequence.java ProducerSequences.java
//SOURCES ProducerState.java ReadLimits.java Rebalanced.java RemovalReason.java Reservation.java RestoredConsumer.java
//SOURCES RetentionTimer.java Scheduler.java Segment.java SessionTimeout.java StickyAssignor.java Storage.java
//SOURCES Subscription.java SystemScheduler.java Topic.java TopicGroups.java TopicRegistration.java TopicRestorer.java
//SOURCES TopicSettings.java TopicSnapshot.java TopicState.java TopicStream.java TopicWriter.java Topics.java
//SOURCES WaitQueue.java WhenFull.java
/**
 * Topics, logs, consumers and groups. {@link engine.MessageBroker} has the operations of a broker, and {@link engine.MemoryBroker}
 * implements it. This package does not depend on the API or on files.
 */
package engine;
