//SOURCES ArrayMemory.java BrowseRequest.java ByteArrayPool.java CommitFence.java CommitResult.java
//SOURCES CommittedOffsets.java ConsumerProgress.java ConsumerSession.java ConsumerSettings.java ConsumerState.java
//SOURCES Consumers.java Deadlines.java DiskThreads.java EncodedBatch.java EncodedMessages.java EngineException.java
//SOURCES ErrorCode.java FutureTimestamps.java Group.java GroupCommit.java GroupState.java IdleReason.java Journal.java
//SOURCES JsonText.java KeptMemory.java Listing.java Log.java LogRetention.java Lookup.java Maintenance.java
//SOURCES MemoryBroker.java MemoryBudget.java MessageBroker.java MessageCodec.java MessageLayout.java MessageStream.java
//SOURCES MessageWriter.java Murmur2.java Names.java OffsetSpec.java Partition.java PartitionedBatch.java
//SOURCES PendingPoll.java Plural.java Position.java ProduceResult.java ProducerSequence.java ProducerSequences.java
//SOURCES ProducerState.java ReadLimits.java Reservation.java RestoredConsumer.java RetentionTimer.java Segment.java
//SOURCES SessionTimeout.java StickyAssignor.java Storage.java Topic.java TopicGroups.java TopicRegistration.java
//SOURCES TopicRestorer.java TopicSettings.java TopicSnapshot.java TopicState.java TopicStream.java TopicWriter.java
//SOURCES Topics.java WaitQueue.java WhenFull.java
/**
 * Topics, logs, consumers and groups. {@link engine.MessageBroker} has the operations of a broker, and {@link engine.MemoryBroker}
 * implements it. This package does not depend on the API or on files.
 */
package engine;
