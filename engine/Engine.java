package engine;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a broker does, in RAM: topics that grow at the end, and consumers that each keep their own place in one of them.
 * Nothing outlives the process.
 *
 * <p>Safe for any number of threads. There is one lock per topic and one per consumer, and none over all. A call that
 * throws has changed nothing.
 */
public final class Engine {
    private static final int MAX_COMPARED_NAMES = 1000;

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Cursor> cursors = new ConcurrentHashMap<>();
    private final MemoryBudget budget;
    private volatile boolean stopped;

    /** @param budget for the logs of all topics */
    public Engine(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Makes sure that a topic exists. However many ask at once, it is created once.
     *
     * @param asked the settings of a new topic; of one that is there, those that are given have to be the same
     * @return true if this call created it
     * @throws EngineException CONFLICT if it exists with other settings
     */
    public boolean registerTopic(String name, TopicSettings asked) {
        Topic known = topics.get(Names.require("topic", name));
        if (known == null) {
            known = topics.putIfAbsent(name, new Topic(name, asked, budget));
        }
        if (known != null && !asked.isMetBy(known.settings())) {
            throw new EngineException(ErrorCode.CONFLICT, "Topic " + name + " exists with other settings: " + known.settings()
                    + ". Ask for the same, or for none, or delete it first.");
        }
        return known == null;
    }

    /** Removes a topic with its messages and its consumers. Whoever waits for it is told. */
    public void deleteTopic(String name) {
        Topic topic = topic(name);
        if (topics.remove(name, topic)) {
            cursors.values().removeIf(cursor -> cursor.topic() == topic);
            topic.clear();
            topic.wakeAll();
        }
    }

    /**
     * @param producerId null for a fresh one
     * @return the producer's id
     */
    public String registerProducer(String topic, String producerId) {
        topic(topic);
        return Names.requireOrCreate("producer_id", producerId, "producer-");
    }

    /**
     * Makes sure that a consumer exists. One that is known for this topic goes on where it was.
     *
     * @param consumerId null for a fresh one
     * @param start where a new consumer begins
     * @throws EngineException TOPIC_NOT_FOUND; CONFLICT if the consumer reads another topic; OFFSET_OUT_OF_RANGE,
     *     OFFSET_TRIMMED
     */
    public Cursor registerConsumer(String topic, String consumerId, StartPosition start) {
        Topic wanted = topic(topic);
        String id = Names.requireOrCreate("consumer_id", consumerId, "consumer-");
        Cursor cursor = cursors.computeIfAbsent(id, absent -> wanted.newCursor(id, start));
        if (cursor.topic() != wanted) {
            throw new EngineException(ErrorCode.CONFLICT, "Consumer " + id + " reads topic " + cursor.topic().name()
                    + ", at offset " + cursor.offset() + ". Choose another consumer_id for topic " + topic + ".");
        }
        return cursor;
    }

    /**
     * Appends messages to a topic, all of them or none.
     *
     * @return the offset of the first of them
     * @throws EngineException TOPIC_NOT_FOUND, TOPIC_FULL, STORAGE_FULL
     */
    public long produce(String topic, EncodedBatch batch) {
        return topic(topic).append(batch);
    }

    /**
     * Delivers a consumer's next messages and moves the consumer on.
     *
     * @param writer makes what the messages are written to
     * @param waitMs how long to wait if there is nothing new
     * @return the writer with one message or more, or null; cancelling it ends the waiting
     * @throws EngineException CONSUMER_NOT_FOUND, also through the result if it goes away meanwhile
     */
    public CompletableFuture<MessageWriter> consume(String consumerId, Supplier<MessageWriter> writer, long waitMs) {
        Cursor cursor = cursor(consumerId);
        CompletableFuture<MessageWriter> result = Waiting.until(cursor.topic(), () -> next(consumerId, writer.get()), waitMs);
        if (!result.isDone()) {
            cursor.noteWaiting(result);
        }
        return result;
    }

    /**
     * Looks at a topic's messages; no consumer moves.
     *
     * @param minMessages how many to wait for
     * @param waitMs how long to wait for them
     * @param writer makes what the messages are written to, as a list
     * @return {@code {"messages":[...],"next_offset":...,"end_offset":...}}, perhaps with fewer messages or none
     */
    public CompletableFuture<ByteBuffer> browse(
            Topic topic, long from, long minMessages, long waitMs, Supplier<MessageWriter> writer) {
        return Waiting.until(topic, () -> topic.endOffset() - from >= minMessages || stopped ? topic : null, waitMs)
                .thenApply(enough -> topic.page(from, writer.get()));
    }

    /** The topics of this moment, by name. */
    public Collection<Topic> topics() {
        return new TreeMap<>(topics).values();
    }

    /** The consumers of this moment, by id. */
    public Collection<Cursor> cursors() {
        return new TreeMap<>(cursors).values();
    }

    /** @throws EngineException TOPIC_NOT_FOUND */
    public Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            Names.require("topic", name);
            throw new EngineException(ErrorCode.TOPIC_NOT_FOUND, "No topic " + name + "."
                    + didYouMean(name, topics.keySet()) + " POST /topics/register creates it.");
        }
        return topic;
    }

    /** @throws EngineException CONSUMER_NOT_FOUND */
    public Cursor cursor(String consumerId) {
        Cursor cursor = cursors.get(consumerId);
        if (cursor == null) {
            Names.require("consumer_id", consumerId);
            throw new EngineException(ErrorCode.CONSUMER_NOT_FOUND, "No consumer " + consumerId + "."
                    + didYouMean(consumerId, cursors.keySet())
                    + " POST /consumers/register adds it; a broker that was restarted has forgotten its consumers.");
        }
        return cursor;
    }

    /** Tells everybody who waits that nothing will come any more. */
    public void stop() {
        stopped = true;
        topics.values().forEach(Topic::wakeAll);
    }

    /** Among very many names it does not look: the answer to a mistake must not keep others waiting. */
    private static String didYouMean(String wanted, Set<String> known) {
        if (known.size() > MAX_COMPARED_NAMES) {
            return "";
        }
        return Names.nearest(wanted, known).map(name -> " Did you mean " + name + "?").orElse("");
    }

    /** Looks the consumer up anew: while somebody waited, it may have gone. */
    private MessageWriter next(String consumerId, MessageWriter writer) {
        if (stopped) {
            throw new EngineException(ErrorCode.SHUTTING_DOWN, "The broker is shutting down. Try again when it is back.");
        }
        return cursor(consumerId).next(writer) ? writer : null;
    }
}
