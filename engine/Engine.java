package engine;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a broker does, in RAM: topics that grow at the end, and consumers that each keep their own place in one of them.
 * Nothing outlives the process.
 *
 * <p>Safe for any number of threads. There is one lock per topic and one per consumer, and none over all. A call that
 * throws has changed nothing.
 */
public final class Engine {
    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Cursor> cursors = new ConcurrentHashMap<>();
    private final int maxMessageBytes;

    /** @param maxMessageBytes the largest message, value and key together, in bytes of UTF-8 */
    public Engine(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Makes sure that a topic exists. However many ask at once, it is created once.
     *
     * @return true if this call created it
     */
    public boolean registerTopic(String name) {
        Names.require("topic", name);
        return !topics.containsKey(name) && topics.putIfAbsent(name, new Topic(name)) == null;
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
     * @throws EngineException TOPIC_NOT_FOUND; CONFLICT if the consumer reads another topic; OFFSET_OUT_OF_RANGE
     */
    public Cursor registerConsumer(String topic, String consumerId, StartPosition start) {
        Topic wanted = topic(topic);
        String id = Names.requireOrCreate("consumer_id", consumerId, "consumer-");
        Cursor cursor = cursors.computeIfAbsent(id, absent -> new Cursor(id, wanted, start.in(wanted)));
        if (cursor.topic() != wanted) {
            throw new EngineException(ErrorCode.CONFLICT, "Consumer " + id + " reads topic " + cursor.topic().name()
                    + ", at offset " + cursor.offset() + ". Choose another consumer_id for topic " + topic + ".");
        }
        return cursor;
    }

    /**
     * Appends a message.
     *
     * @param key may be null
     * @return its offset
     * @throws EngineException TOPIC_NOT_FOUND; TOO_LARGE; INVALID if a text is not Unicode
     */
    public long produce(String topic, String value, String key) {
        Topic target = topic(topic);
        requireSize(value, key);
        return target.append(MessageCodec.encode(value, key));
    }

    /**
     * Delivers a consumer's next message and moves the consumer on.
     *
     * @return the message as a JSON object in UTF-8, or null when there is nothing new
     * @throws EngineException CONSUMER_NOT_FOUND
     */
    public byte[] consume(String consumerId) {
        return cursor(consumerId).next();
    }

    /** The topics of this moment, by name. */
    public Collection<Topic> topics() {
        return new TreeMap<>(topics).values();
    }

    /** The consumers of this moment, by id. */
    public Collection<Cursor> cursors() {
        return new TreeMap<>(cursors).values();
    }

    private Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            Names.require("topic", name);
            throw new EngineException(ErrorCode.TOPIC_NOT_FOUND, "No topic " + name + "."
                    + didYouMean(name, topics.keySet()) + " POST /topics/register creates it.");
        }
        return topic;
    }

    private Cursor cursor(String consumerId) {
        Cursor cursor = cursors.get(consumerId);
        if (cursor == null) {
            Names.require("consumer_id", consumerId);
            throw new EngineException(ErrorCode.CONSUMER_NOT_FOUND, "No consumer " + consumerId + "."
                    + didYouMean(consumerId, cursors.keySet())
                    + " POST /consumers/register adds it; a broker that was restarted has forgotten its consumers.");
        }
        return cursor;
    }

    private static String didYouMean(String wanted, Set<String> known) {
        return Names.nearest(wanted, known).map(name -> " Did you mean " + name + "?").orElse("");
    }

    private void requireSize(String value, String key) {
        long chars = (long) value.length() + (key == null ? 0 : key.length());
        if (3 * chars <= maxMessageBytes) {
            return; // UTF-8 takes at most 3 bytes a char
        }
        long size = (long) utf8Length(value) + (key == null ? 0 : utf8Length(key));
        if (size > maxMessageBytes) {
            throw new EngineException(ErrorCode.TOO_LARGE, "The message has " + size + " bytes, and the limit is "
                    + maxMessageBytes + ". Send less, or start the broker with a larger --max-message-bytes.");
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
