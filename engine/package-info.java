//SOURCES ArrayMemory.java BrowseRequest.java ByteArrayPool.java CommitFence.java CommitResult.java
//SOURCES CommittedOffsets.java ConsumerProgress.java ConsumerSession.java ConsumerSettings.java ConsumerState.java
//SOURCES Consumers.java DiskQueue.java EncodedBatch.java EncodedMessages.java EngineException.java ErrorCode.java
//SOURCES FutureTimestamps.java Group.java GroupCommit.java GroupState.java IdleReason.java Journal.java JsonText.java
//SOURCES KeptMemory.java Limits.java Listing.java Log.java LogRetention.java Lookup.java Maintenance.java
//SOURCES MemoryBroker.java MemoryBudget.java MessageBroker.java MessageCodec.java MessageLayout.java MessageStream.java
//SOURCES MessageWriter.java Murmur2.java Names.java NotFound.java OffsetSpec.java Partition.java PartitionedBatch.java
//SOURCES PendingPoll.java Plural.java Position.java ProduceResult.java ProducerSequence.java ProducerSequences.java
//SOURCES ProducerState.java ReadLimits.java Reservation.java RestoredConsumer.java RetentionTimer.java Scheduler.java
//SOURCES Segment.java SessionTimeout.java StickyAssignor.java Storage.java Subscription.java SystemScheduler.java
//SOURCES Topic.java TopicGroups.java TopicRegistration.java TopicRestorer.java TopicSettings.java TopicSnapshot.java
//SOURCES TopicState.java TopicStream.java TopicWriter.java Topics.java WaitQueue.java WhenFull.java
/**
 * Topics, logs, consumers and groups. {@link engine.MessageBroker} has the operations of a broker, and {@link engine.MemoryBroker}
 * implements it. This package does not depend on the API or on files.
 */
package engine;
