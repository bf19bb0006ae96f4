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
import static http.MediaTypes.EVENT_STREAM;
import static http.MediaTypes.NDJSON;
import static http.MediaTypes.TEXT;

import engine.MessageBroker;
import http.Route;
import java.util.List;
import java.util.Map;

/** The table of all calls: what serves each of them, and what documents it. */
public final class Routes {
    private Routes() {}

    /** @param maxMessageBytes of key and value together */
    public static List<Route> of(MessageBroker broker, int maxMessageBytes) {
        BrokerCalls itself = new BrokerCalls(broker);
        TopicCalls topics = new TopicCalls(broker);
        ProduceCalls producers = new ProduceCalls(broker, maxMessageBytes);
        ConsumerCalls consumers = new ConsumerCalls(broker);
        return List.of(
                Route.get("/", itself::welcome).answers(Schemas.Welcome.class).htmlInstead()
                        .documented("welcome", "Say that the broker is up",
                                "Needs nothing and changes nothing: a first call to see that the address is right."),
                Route.get("/health", itself::health).answers(Schemas.Health.class)
                        .documented("health", "Tell whether the broker serves",
                                "For scripts and load balancers: it answers as soon as the broker takes requests."),
                Route.get("/stats", itself::stats).answers(Schemas.Stats.class).errors(OVERLOADED).slow()
                        .documented("stats", "Show what is kept and who has read how far",
                                "A snapshot: how many messages each topic keeps, and for each consumer its offset and its lag, which "
                                        + "is how many messages it has still to get."),

                Route.post("/topics/register", Schemas.TopicRegistration.class, topics::register).answers(Schemas.TopicRegistered.class)
                        .example("topic", "demo").errors(CONFLICT, STORAGE_FULL)
                        .documented("registerTopic", "Make sure that a topic exists",
                                "Creates the topic if it is not there. If it is, nothing changes, its messages stay, and `created` is false."),
                Route.get("/topics", topics::list).answers(Schemas.TopicList.class).errors(OVERLOADED).slow()
                        .documented("listTopics", "List the topics", "What each topic keeps, its limits and its consumers."),
                Route.get("/topics/{topic}", topics::get).answers(Schemas.TopicInfo.class).parameters(Parameters.TOPIC)
                        .errors(TOPIC_NOT_FOUND, OVERLOADED).slow()
                        .documented("getTopic", "Show a topic", "What the topic keeps, its limits and its consumers."),
                Route.delete("/topics/{topic}", topics::delete).answers(Schemas.TopicDeleted.class).parameters(Parameters.TOPIC)
                        .errors(TOPIC_NOT_FOUND, STORAGE_FULL).slow()
                        .documented("deleteTopic", "Remove a topic, its messages and its consumers",
                                "Its consumers go with it; whoever waits for its messages is told. It cannot be undone."),
                Route.get("/topics/{topic}/messages", topics::browse).waits().answers(Schemas.Page.class)
                        .parameters(Parameters.TOPIC, Parameters.PARTITION, Parameters.OFFSET, Parameters.TIMESTAMP, Parameters.MAX_MESSAGES,
                                Parameters.MIN_MESSAGES, Parameters.WAIT_MS)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED)
                        .documented("browse", "Look at messages without moving a consumer",
                                "Reads from any place, by offset or by time, and moves nobody. With `min_messages` and `wait_ms` it "
                                        + "waits until there is something to see. Go on from `next_offset`."),
                Route.get("/topics/{topic}/offsets", call -> new Schemas.TopicOffsets(call.path("topic"),
                                Views.offsets(broker.offsets(call.path("topic"), Parameters.start(call)))))
                        .answers(Schemas.TopicOffsets.class).parameters(Parameters.TOPIC, Parameters.OFFSET, Parameters.TIMESTAMP)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE)
                        .documented("listOffsets", "Look up an offset in each partition",
                                "The offset of the first message that was appended at `timestamp` or later, or the first (`earliest`) or the next "
                                        + "one (`latest`). If there is no such message, it is the offset of the next one."),
                Route.get("/topics/{topic}/stream", topics::stream).answers(Schemas.Message.class).produces(EVENT_STREAM)
                        .parameters(Parameters.TOPIC, Parameters.STREAM_PARTITION, Parameters.OFFSET, Parameters.TIMESTAMP)
                        .errors(TOPIC_NOT_FOUND, OFFSET_TRIMMED, OFFSET_OUT_OF_RANGE, OVERLOADED)
                        .documented("stream", "Follow a topic as server-sent events; Last-Event-ID resumes",
                                "Goes on until the client leaves. The data of an event is a message; its id, sent as the header `Last-Event-ID`, goes "
                                        + "on after it, as browsers do by themselves. A partition in which the id is past the end has begun "
                                        + "anew since, and starts as without one."),

                Route.post("/producers/register", Schemas.ProducerRegistration.class, producers::register).answers(Schemas.ProducerRegistered.class)
                        .example("topic", "demo", "producer_id", "producer-1").errors(TOPIC_NOT_FOUND)
                        .documented("registerProducer", "Get a producer's id",
                                "Checks that the topic exists and hands out an id, or confirms yours. Producing works "
                                        + "without it. One that counts its messages learns its `next_sequence`."),
                Route.postCall("/produce", Schemas.PublishRequest.class, producers::produce).answers(Schemas.Published.class)
                        .example("topic", "demo", "value", "hello", "producer_id", "producer-1")
                        .errors(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL)
                        .documented("produce", "Append a message to a topic",
                                "Appends the message at the end of its partition and answers with its offset. Offsets count up from 0 "
                                        + "without gaps. The key picks the partition, as in Kafka; without one, partitions take turns. With "
                                        + "`producer_id` and `sequence`, sending it again is harmless."),
                Route.postCall("/produce/batch", Schemas.PublishBatch.class, producers::produceBatch).answers(Schemas.PublishedBatch.class)
                        .parameters(Parameters.BODY_TOPIC, Parameters.BODY_PRODUCER_ID, Parameters.BODY_SEQUENCE)
                        .consumes(NDJSON, TEXT).maxBody(Parameters.MAX_BATCH_BYTES)
                        .example("topic", "demo", "messages", List.of(Map.of("value", "hello"), Map.of("value", "world", "key", "user-1")),
                                "producer_id", "producer-1")
                        .errors(TOPIC_NOT_FOUND, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL)
                        .documented("produceBatch", "Append many messages, all of them or none",
                                "All of the messages are appended, one after the other, or none. Besides JSON it takes NDJSON (a "
                                        + "message a line) and plain text (a value a line); then the topic is in the query."),

                Route.post("/consumers/register", Schemas.ConsumerRegistration.class, consumers::register).answers(Schemas.ConsumerRegistered.class)
                        .example("topic", "demo", "consumer_id", "alice")
                        .errors(TOPIC_NOT_FOUND, CONFLICT, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL)
                        .documented("registerConsumer", "Make sure that a consumer of a topic exists",
                                "A new consumer starts at the beginning of the topic, unless `start` says otherwise. One "
                                        + "that registers again goes on from what it has committed. Those of one `group` share the partitions. A "
                                        + "consumer reads one topic: for another, take another id."),
                Route.post("/consumers/commit", Schemas.CommitRequest.class, consumers::commit).answers(Schemas.Committed.class)
                        .example("consumer_id", "alice").errors(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, STORAGE_FULL)
                        .documented("commit", "Commit what a consumer has got",
                                "What was committed does not come again: after a new registration, or to another member of the group, "
                                        + "delivery goes on from there. Without an offset, all that was delivered is committed."),
                Route.post("/consumers/seek", Schemas.SeekRequest.class, consumers::seek).answers(Schemas.Sought.class)
                        .example("consumer_id", "alice", "offset", "earliest")
                        .errors(CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL)
                        .documented("seek", "Move a consumer to another place",
                                "The next message comes from there. What is committed stays, unless the consumer commits by itself."),
                Route.post("/consumers/unregister", Schemas.UnregisterRequest.class, consumers::unregister).answers(Schemas.Unregistered.class)
                        .example("consumer_id", "alice").errors(CONSUMER_NOT_FOUND)
                        .documented("unregister", "Remove a consumer",
                                "Its partitions go to the others of its group at once; what it has committed stays the group's."),
                Route.get("/consumers", consumers::list).answers(Schemas.ConsumerList.class)
                        .parameters(Parameters.TOPIC_FILTER, Parameters.GROUP_FILTER).errors(OVERLOADED).slow()
                        .documented("listConsumers", "List the consumers",
                                "Each consumer as `GET /consumers/{consumer_id}` shows it, without `why`, ordered by id. A topic or group "
                                        + "that does not exist has no consumers: the list is empty."),
                Route.get("/consumers/{consumer_id}", consumers::get).answers(Schemas.ConsumerInfo.class).parameters(Parameters.CONSUMER_ID)
                        .errors(CONSUMER_NOT_FOUND, OVERLOADED)
                        .documented("getConsumer", "Show where a consumer stands",
                                "Its partitions and its place in each, its lag, how many messages were dropped before it could get "
                                        + "them, and in `why` the reason if it gets nothing."),
                Route.get("/groups", consumers::listGroups).answers(Schemas.GroupList.class).errors(OVERLOADED).slow()
                        .documented("listGroups", "List the groups",
                                "Each group with its members and, for each partition, the committed offset, the lag and the owner. A group "
                                        + "whose members have all left keeps what it has committed. A consumer that reads alone is no group."),
                Route.get("/groups/{group}", consumers::getGroup).answers(Schemas.GroupList.class).parameters(Parameters.GROUP)
                        .errors(GROUP_NOT_FOUND, OVERLOADED).slow()
                        .documented("getGroup", "Show a group on each of its topics",
                                "The same list with the groups of this name only: one for each topic that has such a group."),

                Route.post("/consume", Schemas.ConsumeRequest.class, consumers::consume).answers(Schemas.Message.class)
                        .example("consumer_id", "alice").waits().orNoContent("There is nothing new").errors(CONSUMER_NOT_FOUND)
                        .documented("consume", "Get a consumer's next message and move on",
                                "Answers with the next message and moves the consumer on by one: what was delivered does not come "
                                        + "again, and other consumers of the topic are not affected."),
                Route.postCall("/consume/batch", Schemas.ConsumeBatchRequest.class, consumers::consumeBatch).answers(Schemas.Messages.class)
                        .example("consumer_id", "alice").produces(NDJSON).waits().orNoContent("There is nothing new").errors(CONSUMER_NOT_FOUND)
                        .documented("consumeBatch", "Get a consumer's next messages and move on",
                                "Answers with as many messages as there are, up to the limits, and moves the consumer on behind "
                                        + "them. Whoever accepts NDJSON gets a message a line."));
    }
}
