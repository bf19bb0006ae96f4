package api;

import static engine.ErrorCode.CONFLICT;
import static engine.ErrorCode.CONSUMER_NOT_FOUND;
import static engine.ErrorCode.GROUP_NOT_FOUND;
import static engine.ErrorCode.OFFSET_OUT_OF_RANGE;
import static engine.ErrorCode.OFFSET_TRIMMED;
import static engine.ErrorCode.OUT_OF_SEQUENCE;
import static engine.ErrorCode.OVERLOADED;
import static engine.ErrorCode.REBALANCED;
import static engine.ErrorCode.STORAGE_FULL;
import static engine.ErrorCode.TOPIC_FULL;
import static engine.ErrorCode.TOPIC_NOT_FOUND;
import static http.Action.CONSUME;
import static http.Action.CREATE;
import static http.Action.DELETE;
import static http.Action.DESCRIBE;
import static http.Action.PRODUCE;
import static http.Action.PUBLIC;
import static http.MediaTypes.EVENT_STREAM;
import static http.MediaTypes.NDJSON;
import static http.MediaTypes.TEXT;

import engine.MessageBroker;
import http.Route;
import java.util.List;
import java.util.Map;

/** The table of all calls of the API. Each row has the handler of a call and its documentation. */
public final class Routes {
    private Routes() {}

    /** @param maxMessageBytes the maximum size of a message, key and value together, in bytes */
    public static List<Route> of(MessageBroker broker, int maxMessageBytes) {
        BrokerCalls brokerCalls = new BrokerCalls(broker);
        TopicCalls topics = new TopicCalls(broker);
        ProduceCalls producers = new ProduceCalls(broker, maxMessageBytes);
        ConsumerCalls consumers = new ConsumerCalls(broker);
        return List.of(
                Route.get("/", brokerCalls::welcome)
                        .answers(Schemas.Welcome.class)
                        .htmlInstead()
                        .requires(DESCRIBE)
                        .documented(
                                "welcome",
                                "Say that the broker is up",
                                "The call has no parameters and no effect. Use it to check the address of the broker."),
                Route.get("/health", brokerCalls::health)
                        .answers(Schemas.Health.class)
                        .requires(PUBLIC)
                        .documented(
                                "health",
                                "Check that the broker accepts requests",
                                "A health check for scripts and load balancers. It answers as soon as the broker accepts requests."),
                Route.get("/stats", brokerCalls::stats)
                        .answers(Schemas.Stats.class)
                        .errors(OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "stats",
                                "Show topics and the position of each consumer",
                                "A snapshot: the number of messages in each topic, and the offset and the lag of each consumer. The lag is the "
                                        + "number of messages that the consumer has not received yet."),
                Route.post("/topics/register", Schemas.TopicRegistration.class, topics::register)
                        .answers(Schemas.TopicRegistered.class)
                        .example("topic", "demo")
                        .errors(CONFLICT, STORAGE_FULL)
                        .requires(CREATE)
                        .documented(
                                "registerTopic",
                                "Create a topic if it does not exist",
                                "If the topic exists, nothing changes, its messages stay, and `created` is false."),
                Route.get("/topics", topics::list)
                        .answers(Schemas.TopicList.class)
                        .errors(OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "listTopics", "List the topics", "The messages, limits and consumers of each topic."),
                Route.get("/topics/{topic}", topics::get)
                        .answers(Schemas.TopicInfo.class)
                        .parameters(Parameters.TOPIC)
                        .errors(TOPIC_NOT_FOUND, OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented("getTopic", "Show a topic", "Its messages, limits and consumers."),
                Route.delete("/topics/{topic}", topics::delete)
                        .answers(Schemas.TopicDeleted.class)
                        .parameters(Parameters.TOPIC)
                        .errors(TOPIC_NOT_FOUND, STORAGE_FULL)
                        .slow()
                        .requires(DELETE)
                        .documented(
                                "deleteTopic",
                                "Delete a topic, its messages and its consumers",
                                "Calls that wait for its messages end with an error. Deletion cannot be undone."),
                Route.get("/topics/{topic}/messages", topics::browse)
                        .waits()
                        .answers(Schemas.Page.class)
                        .parameters(
                                Parameters.TOPIC,
                                Parameters.PARTITION,
                                Parameters.OFFSET,
                                Parameters.TIMESTAMP,
                                Parameters.MAX_MESSAGES,
                                Parameters.MIN_MESSAGES,
                                Parameters.WAIT_MS)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED)
                        .requires(CONSUME)
                        .documented(
                                "browse",
                                "Read messages without a consumer",
                                "Reads from an offset or a time. No consumer is affected. With `min_messages` and `wait_ms` the call waits "
                                        + "for messages. Continue from `next_offset`."),
                Route.get(
                                "/topics/{topic}/offsets",
                                call -> new Schemas.TopicOffsets(
                                        call.path("topic"),
                                        Views.offsets(broker.offsets(call.path("topic"), Parameters.start(call)))))
                        .answers(Schemas.TopicOffsets.class)
                        .parameters(Parameters.TOPIC, Parameters.OFFSET, Parameters.TIMESTAMP)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "listOffsets",
                                "Look up an offset in each partition",
                                "With `timestamp`, the offset of the first message of this time or later. If there is none, it is the end offset. "
                                        + "`offset=earliest` gives the offset of the oldest message, and `offset=latest` the end offset."),
                Route.get("/topics/{topic}/stream", topics::stream)
                        .answers(Schemas.Message.class)
                        .produces(EVENT_STREAM)
                        .parameters(
                                Parameters.TOPIC, Parameters.STREAM_PARTITION, Parameters.OFFSET, Parameters.TIMESTAMP)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED)
                        .requires(CONSUME)
                        .documented(
                                "stream",
                                "Follow a topic as server-sent events; Last-Event-ID resumes",
                                "The stream ends when the client disconnects. The data of each event is a message. A client that sends the id of its "
                                        + "last event in the header `Last-Event-ID` continues after that event; browsers do so automatically. "
                                        + "If the id is past the end of a partition, the partition starts as if there were no id."),
                Route.post("/producers/register", Schemas.ProducerRegistration.class, producers::register)
                        .answers(Schemas.ProducerRegistered.class)
                        .example("topic", "demo", "producer_id", "producer-1")
                        .errors(TOPIC_NOT_FOUND)
                        .requires(PRODUCE)
                        .documented(
                                "registerProducer",
                                "Register a producer",
                                "Checks that the topic exists, and answers with the given id or a generated one. Producing works without registration. "
                                        + "An idempotent producer gets its `next_sequence`."),
                Route.postCall("/produce", Schemas.PublishRequest.class, producers::produce)
                        .answers(Schemas.Published.class)
                        .example("topic", "demo", "value", "hello", "producer_id", "producer-1")
                        .errors(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL)
                        .requires(PRODUCE)
                        .documented(
                                "produce",
                                "Append a message to a topic",
                                "Appends the message at the end of its partition and answers with its offset. Offsets count up from 0 "
                                        + "without gaps. The key selects the partition, as in Kafka. Messages without a key go to the partitions in turn. "
                                        + "A repeated request with the same `producer_id` and `sequence` appends nothing."),
                Route.postCall("/produce/batch", Schemas.PublishBatch.class, producers::produceBatch)
                        .answers(Schemas.PublishedBatch.class)
                        .parameters(Parameters.BODY_TOPIC, Parameters.BODY_PRODUCER_ID, Parameters.BODY_SEQUENCE)
                        .consumes(NDJSON, TEXT)
                        .maxBody(Parameters.MAX_BATCH_BYTES)
                        .example(
                                "topic",
                                "demo",
                                "messages",
                                List.of(Map.of("value", "hello"), Map.of("value", "world", "key", "user-1")),
                                "producer_id",
                                "producer-1")
                        .errors(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL)
                        .requires(PRODUCE)
                        .documented(
                                "produceBatch",
                                "Append a batch of messages",
                                "All messages are appended in their order, or none. The body can also be NDJSON (a message on each line) or "
                                        + "plain text (a value on each line). Then the topic is a query parameter."),
                Route.post("/consumers/register", Schemas.ConsumerRegistration.class, consumers::register)
                        .answers(Schemas.ConsumerRegistered.class)
                        .example("topic", "demo", "consumer_id", "alice")
                        .errors(TOPIC_NOT_FOUND, CONFLICT, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL)
                        .requires(CONSUME)
                        .documented(
                                "registerConsumer",
                                "Register a consumer of a topic",
                                "A new consumer starts at the beginning of the topic, unless `start` says otherwise. A consumer "
                                        + "that registers again continues from its committed offset. The consumers of one `group` share the partitions. A "
                                        + "consumer reads one topic. Use another id for another topic."),
                Route.post("/consumers/commit", Schemas.CommitRequest.class, consumers::commit)
                        .answers(Schemas.Committed.class)
                        .example("consumer_id", "alice")
                        .errors(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, STORAGE_FULL)
                        .requires(CONSUME)
                        .documented(
                                "commit",
                                "Commit offsets",
                                "After a new registration or a rebalance, delivery continues from the committed offset. Without an offset, "
                                        + "everything that was delivered is committed."),
                Route.post("/consumers/seek", Schemas.SeekRequest.class, consumers::seek)
                        .answers(Schemas.Sought.class)
                        .example("consumer_id", "alice", "offset", "earliest")
                        .errors(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL)
                        .requires(CONSUME)
                        .documented(
                                "seek",
                                "Move a consumer to another offset",
                                "The consumer gets its next message from there. The committed offset changes only with `auto_commit`."),
                Route.post("/consumers/unregister", Schemas.UnregisterRequest.class, consumers::unregister)
                        .answers(Schemas.Unregistered.class)
                        .example("consumer_id", "alice")
                        .errors(CONSUMER_NOT_FOUND)
                        .requires(CONSUME)
                        .documented(
                                "unregister",
                                "Remove a consumer",
                                "Its partitions go to the other members of its group at once. The group keeps its committed offsets."),
                Route.get("/consumers", consumers::list)
                        .answers(Schemas.ConsumerList.class)
                        .parameters(Parameters.TOPIC_FILTER, Parameters.GROUP_FILTER)
                        .errors(OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "listConsumers",
                                "List the consumers",
                                "Each consumer as in `GET /consumers/{consumer_id}`, without `why`, ordered by id. The list is empty if the topic or the "
                                        + "group does not exist."),
                Route.get("/consumers/{consumer_id}", consumers::get)
                        .answers(Schemas.ConsumerInfo.class)
                        .parameters(Parameters.CONSUMER_ID)
                        .errors(CONSUMER_NOT_FOUND, OVERLOADED)
                        .requires(DESCRIBE)
                        .documented(
                                "getConsumer",
                                "Show a consumer",
                                "Its partitions, its offset in each, its lag, the number of messages that it has missed, and in `why` the reason "
                                        + "if it gets no message."),
                Route.get("/groups", consumers::listGroups)
                        .answers(Schemas.GroupList.class)
                        .errors(OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "listGroups",
                                "List the groups",
                                "Each group with its members and, for each partition, the committed offset, the lag and the owner. A group without members "
                                        + "keeps its committed offsets. A consumer without a group is not in the list."),
                Route.get("/groups/{group}", consumers::getGroup)
                        .answers(Schemas.GroupList.class)
                        .parameters(Parameters.GROUP)
                        .errors(GROUP_NOT_FOUND, OVERLOADED)
                        .slow()
                        .requires(DESCRIBE)
                        .documented(
                                "getGroup",
                                "Show a group",
                                "The list of the groups with this name: one for each topic that has such a group."),
                Route.post("/consume", Schemas.ConsumeRequest.class, consumers::consume)
                        .answers(Schemas.Message.class)
                        .example("consumer_id", "alice")
                        .waits()
                        .orNoContent("There is no new message")
                        .errors(CONSUMER_NOT_FOUND)
                        .requires(CONSUME)
                        .documented(
                                "consume",
                                "Get the next message of a consumer",
                                "Answers with the next message, and moves the consumer by one. Other consumers of the topic are not affected."),
                Route.postCall("/consume/batch", Schemas.ConsumeBatchRequest.class, consumers::consumeBatch)
                        .answers(Schemas.Messages.class)
                        .example("consumer_id", "alice")
                        .produces(NDJSON)
                        .waits()
                        .orNoContent("There is no new message")
                        .errors(CONSUMER_NOT_FOUND)
                        .requires(CONSUME)
                        .documented(
                                "consumeBatch",
                                "Get the next messages of a consumer",
                                "Answers with all new messages, up to the limits, and moves the consumer past them. With "
                                        + "`Accept: application/x-ndjson` the answer has a message on each line."));
    }
}
