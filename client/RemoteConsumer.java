package client;

import api.Schemas;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A consumer as the broker knows it: what is asked of the broker in its name. For one thread, besides its heartbeat.
 *
 * <p>Calls throw {@link ProblemException} if the broker refuses them, {@link BrokerUnavailableException} if it cannot be reached.
 */
public final class RemoteConsumer {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final long HEARTBEAT_MS = 2500;
    private static final Duration LONGEST_LEAVE = Duration.ofSeconds(1);

    private final ClientOptions options;
    private final BrokerClient broker;
    private final Settings settings;
    private final Progress progress;
    private volatile String id;

    /**
     * What a consumer registers with.
     *
     * @param id null for a fresh one, which is forgotten when the consumer ends
     * @param group null for a consumer that reads alone
     * @param autoCommit whether what is delivered counts as read
     * @param sessionTimeoutMs null if the broker may hear nothing of it for ever
     */
    public record Settings(String id, String group, boolean autoCommit, Long sessionTimeoutMs) {}

    /** @param progress is kept at what the broker answers */
    public RemoteConsumer(ClientOptions options, BrokerClient broker, Settings settings, Progress progress) {
        this.options = options;
        this.broker = broker;
        this.settings = settings;
        this.progress = progress;
        this.id = settings.id;
    }

    /** Null before it has registered, if it has no name of its own. */
    public String id() {
        return id;
    }

    String topic() {
        return options.topic();
    }

    boolean isInGroup() {
        return settings.group != null;
    }

    boolean autoCommit() {
        return settings.autoCommit;
    }

    /** How long to go on trying, in ms. */
    long patienceMs() {
        return options.patience().toMillis();
    }

    /** Tells whether the broker knows neither the consumer nor its group. */
    public boolean isNew() throws InterruptedException {
        if (settings.id == null && settings.group == null) {
            return true;
        }
        try {
            broker.get(
                    settings.group == null
                            ? "/consumers/" + encoded(settings.id)
                            : "/groups/" + encoded(settings.group),
                    JsonNode.class);
            return false;
        } catch (ProblemException e) {
            return true;
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /**
     * Makes the broker know the consumer; if it does already, the consumer goes back to what was committed.
     *
     * @param start what a new consumer is to start from; null for the beginning
     */
    public Schemas.ConsumerRegistered register(String start) throws InterruptedException {
        Schemas.ConsumerRegistered registered = broker.post(
                "/consumers/register",
                new Schemas.ConsumerRegistration(
                        options.topic(), id, start, settings.group, settings.autoCommit, settings.sessionTimeoutMs),
                Schemas.ConsumerRegistered.class);
        id = registered.consumerId();
        progress.clear();
        if (registered.offset() != null) {
            progress.start(0, registered.offset());
        }
        if (registered.positions() != null) {
            registered.positions().forEach(position -> progress.start(position.partition(), position.offset()));
        }
        return registered;
    }

    /** {@code alice reads topic t from offset 0}, or {@code ... in group g, from partition 0 offset 7, partition 2 offset 0}. */
    public String describe(Schemas.ConsumerRegistered registered) {
        return id + " reads topic " + options.topic() + places(registered.assigned() == null);
    }

    private String places(boolean isOnlyPartition) {
        String in = settings.group == null ? "" : " in group " + settings.group;
        Map<Integer, Long> places = progress.due();
        if (isOnlyPartition || places.isEmpty()) {
            return in
                    + places.values().stream()
                            .map(offset -> " from offset " + offset)
                            .collect(Collectors.joining());
        }
        return in + ", from "
                + places.entrySet().stream()
                        .map(entry -> "partition " + entry.getKey() + " offset " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** False if it is certain that it stands elsewhere than where it was to start. */
    public boolean isAtStart(String start) {
        return !start.matches("\\d+")
                || progress.due().values().stream().allMatch(offset -> offset == Long.parseLong(start));
    }

    /** @param partition null for all that it owns */
    public void seek(Integer partition, OffsetSpec place) throws InterruptedException {
        if (place.fromEnd() == null) {
            seek(partition, place.offset(), place.timestamp());
            return;
        }
        Schemas.TopicInfo topic = broker.get("/topics/" + options.topic(), Schemas.TopicInfo.class);
        List<Schemas.PartitionInfo> partitions = topic.partitions() != null
                ? topic.partitions()
                : List.of(new Schemas.PartitionInfo(0, topic.messages(), topic.startOffset(), topic.endOffset()));
        for (Schemas.PartitionInfo one : partitions) {
            if (partition == null ? progress.due().containsKey(one.partition()) : partition == one.partition()) {
                seek(one.partition(), Math.max(one.startOffset(), one.endOffset() - place.fromEnd()));
            }
        }
    }

    /** Moves to an offset, or to the start if that was dropped. If there is no such offset any more, it stays at the start. */
    void seek(int partition, long offset) throws InterruptedException {
        try {
            seek(partition, offset, null);
        } catch (ProblemException e) {
            if (e.code().equals("OFFSET_TRIMMED")) {
                seek(partition, "earliest", null);
            } else if (!e.code().equals("OFFSET_OUT_OF_RANGE")) { // the broker was restarted just now
                throw e;
            }
        }
    }

    private void seek(Integer partition, Object offset, Long timestamp) throws InterruptedException {
        broker.post("/consumers/seek", new Schemas.SeekRequest(id, partition, offset, timestamp), Schemas.Sought.class)
                .positions()
                .forEach(position -> progress.start(position.partition(), position.offset()));
    }

    /** Where it stands, as the broker sees it. */
    Schemas.ConsumerInfo look() throws InterruptedException {
        return broker.get("/consumers/" + id, Schemas.ConsumerInfo.class);
    }

    /**
     * The next messages, in NDJSON.
     *
     * @return null if none have come
     * @throws AnswerLostException if the broker may have delivered some
     */
    byte[] fetch(long maxMessages, long maxBytes, long waitMs) throws InterruptedException {
        return broker.postOnce(
                "/consume/batch", new Schemas.ConsumeBatchRequest(id, maxMessages, maxBytes, waitMs), NDJSON);
    }

    /** The next message, in JSON, as {@link #fetch}. */
    byte[] fetchOne() throws InterruptedException {
        return broker.postOnce("/consume", new Schemas.ConsumeRequest(id, null), JSON);
    }

    /** Commits what is done. */
    void commit() throws InterruptedException {
        List<Schemas.PartitionOffset> offsets = progress.uncommitted().entrySet().stream()
                .map(entry -> new Schemas.PartitionOffset(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        broker.post("/consumers/commit", new Schemas.CommitRequest(id, null, null, offsets), Schemas.Committed.class);
        progress.commit();
    }

    /**
     * Tells whether the topic still has the messages that were done last; after a restart of the broker, say, there may be others.
     *
     * @param due the offset after the last message, by partition
     * @param timestamps of the last message, by partition
     */
    boolean hasSameMessages(Map<Integer, Long> due, Map<Integer, Long> timestamps) throws InterruptedException {
        for (Map.Entry<Integer, Long> last : timestamps.entrySet()) {
            try {
                Schemas.Page page = broker.get(
                        "/topics/" + options.topic() + "/messages?max_messages=1&partition=" + last.getKey()
                                + "&offset=" + (due.get(last.getKey()) - 1),
                        Schemas.Page.class);
                if (page.messages().isEmpty() || page.messages().get(0).timestamp() != last.getValue()) {
                    return false;
                }
            } catch (ProblemException e) {
                if (!e.code().equals("OFFSET_TRIMMED")) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * If nobody will use its name again: the broker hears of a consumer that is held up, by a terminal that is paused, for example, and forgets
     * one that was killed.
     */
    public void startHeartbeat(StopSignal signal) {
        if (settings.id != null || settings.group != null) {
            return;
        }
        BrokerClient once = options.connectQuietly(Schemas.JSON, Duration.ZERO);
        Thread heartbeat = new Thread(
                () -> {
                    try {
                        while (!signal.await(HEARTBEAT_MS)) {
                            beat(once);
                        }
                    } catch (InterruptedException e) {
                        // then it ends
                    }
                },
                "heartbeat");
        heartbeat.setDaemon(true);
        heartbeat.start();
    }

    /** Commits nothing, which the broker takes for a sign of life. */
    private void beat(BrokerClient once) throws InterruptedException {
        try {
            once.post("/consumers/commit", new Schemas.CommitRequest(id, null, null, List.of()), JsonNode.class);
        } catch (RuntimeException e) {
            // whoever consumes will find out
        }
    }

    /** A group need not wait for the session of a member that is known to have gone, nor a full topic for one without a name. */
    public void leave() throws InterruptedException {
        if ((settings.group != null || settings.id == null)
                && !Thread.currentThread().isInterrupted()) {
            try {
                options.connectQuietly(Schemas.JSON, LONGEST_LEAVE)
                        .post("/consumers/unregister", new Schemas.UnregisterRequest(id), Schemas.Unregistered.class);
            } catch (RuntimeException e) {
                // it has gone already, or its session ends
            }
        }
    }
}
