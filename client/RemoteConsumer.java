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
 * A consumer that is registered at the broker, and its calls. For one thread; the heartbeat has its own thread.
 *
 * <p>Calls throw {@link ProblemException} if the broker refuses them, and {@link BrokerUnavailableException} if it
 * cannot be reached.
 */
public final class RemoteConsumer {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final long HEARTBEAT_MS = 2500;
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);

    private final ClientOptions options;
    private final BrokerClient broker;
    private final Settings settings;
    private final Progress progress;
    private volatile String id;

    /**
     * The settings of a registration.
     *
     * @param id null for a generated one, which is forgotten when the consumer ends
     * @param group null for a consumer without a group
     * @param autoCommit whether delivery commits
     * @param sessionTimeoutMs null for no timeout
     */
    public record Settings(String id, String group, boolean autoCommit, Long sessionTimeoutMs) {}

    /** @param progress is updated from the responses of the broker */
    public RemoteConsumer(ClientOptions options, BrokerClient broker, Settings settings, Progress progress) {
        this.options = options;
        this.broker = broker;
        this.settings = settings;
        this.progress = progress;
        this.id = settings.id;
    }

    /** The id of the consumer; null before the registration if the broker generates it. Safe for any thread. */
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

    /** How long to retry, in ms. */
    long retryTimeoutMs() {
        return options.retryTimeout().toMillis();
    }

    /** Whether the broker does not know the group or, without a group, the consumer. */
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
     * Registers the consumer. A known consumer goes back to its committed offsets.
     *
     * @param start where a new consumer starts; null for the beginning
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
            progress.setNextOffset(0, registered.offset());
        }
        if (registered.positions() != null) {
            registered.positions().forEach(position -> progress.setNextOffset(position.partition(), position.offset()));
        }
        return registered;
    }

    /** {@code alice reads topic t from offset 0}, or {@code ... in group g, from partition 0 offset 7, partition 2 offset 0}. */
    public String describe(Schemas.ConsumerRegistered registered) {
        return id + " reads topic " + options.topic() + positionsInWords(registered.assigned() == null);
    }

    private String positionsInWords(boolean isOnlyPartition) {
        String in = settings.group == null ? "" : " in group " + settings.group;
        Map<Integer, Long> positionsInWords = progress.nextOffsets();
        if (isOnlyPartition || positionsInWords.isEmpty()) {
            return in
                    + positionsInWords.values().stream()
                            .map(offset -> " from offset " + offset)
                            .collect(Collectors.joining());
        }
        return in + ", from "
                + positionsInWords.entrySet().stream()
                        .map(entry -> "partition " + entry.getKey() + " offset " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** False if the consumer is certainly not at the start that it should have. */
    public boolean isAtStart(String start) {
        return !start.matches("\\d+")
                || progress.nextOffsets().values().stream().allMatch(offset -> offset == Long.parseLong(start));
    }

    /** @param partition null for all assigned partitions */
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
            if (partition == null
                    ? progress.nextOffsets().containsKey(one.partition())
                    : partition == one.partition()) {
                seek(one.partition(), Math.max(one.startOffset(), one.endOffset() - place.fromEnd()));
            }
        }
    }

    /**
     * Moves to an offset, or to the start of the partition if that offset was dropped. Stays where it is if the
     * partition does not have that offset yet.
     */
    void seek(int partition, long offset) throws InterruptedException {
        try {
            seek(partition, offset, null);
        } catch (ProblemException e) {
            if (e.code().equals("OFFSET_TRIMMED")) {
                seek(partition, "earliest", null);
            } else if (!e.code().equals("OFFSET_OUT_OF_RANGE")) { // the broker was restarted, and has fewer messages
                throw e;
            }
        }
    }

    private void seek(Integer partition, Object offset, Long timestamp) throws InterruptedException {
        broker.post("/consumers/seek", new Schemas.SeekRequest(id, partition, offset, timestamp), Schemas.Sought.class)
                .positions()
                .forEach(position -> progress.setNextOffset(position.partition(), position.offset()));
    }

    /** The state of the consumer at the broker. */
    Schemas.ConsumerInfo fetchInfo() throws InterruptedException {
        return broker.get("/consumers/" + id, Schemas.ConsumerInfo.class);
    }

    /**
     * The next messages, in NDJSON.
     *
     * @return null if there are none
     * @throws AnswerLostException if the broker may have delivered some
     */
    byte[] fetch(long maxMessages, long maxBytes, long waitMs) throws InterruptedException {
        return broker.postOnce(
                "/consume/batch", new Schemas.ConsumeBatchRequest(id, maxMessages, maxBytes, waitMs), NDJSON);
    }

    /** The next message, in JSON; otherwise as {@link #fetch}. */
    byte[] fetchOne() throws InterruptedException {
        return broker.postOnce("/consume", new Schemas.ConsumeRequest(id, null), JSON);
    }

    /** Commits the processed messages. */
    void commit() throws InterruptedException {
        List<Schemas.PartitionOffset> offsets = progress.uncommitted().entrySet().stream()
                .map(entry -> new Schemas.PartitionOffset(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        broker.post("/consumers/commit", new Schemas.CommitRequest(id, null, null, offsets), Schemas.Committed.class);
        progress.commit();
    }

    /**
     * Whether the topic still has the messages that were processed last. After a restart of the broker, there may be
     * others.
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
     * Starts heartbeats if the broker is to forget the consumer when it ends. So the broker keeps a consumer that is
     * blocked, for example by a paused terminal, and forgets one that was killed.
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
                            sendHeartbeat(once);
                        }
                    } catch (InterruptedException e) {
                        // ends the heartbeat
                    }
                },
                "heartbeat");
        heartbeat.setDaemon(true);
        heartbeat.start();
    }

    /** Commits no offsets. The broker counts the request as a heartbeat. */
    private void sendHeartbeat(BrokerClient once) throws InterruptedException {
        try {
            once.post("/consumers/commit", new Schemas.CommitRequest(id, null, null, List.of()), JsonNode.class);
        } catch (RuntimeException e) {
            // the next poll reports it
        }
    }

    /**
     * Unregisters a member of a group, so that the group need not wait for the session timeout. Also unregisters a
     * consumer with a generated id, so that it does not hold up producers of a full topic.
     */
    public void leave() throws InterruptedException {
        if ((settings.group != null || settings.id == null)
                && !Thread.currentThread().isInterrupted()) {
            try {
                options.connectQuietly(Schemas.JSON, LEAVE_TIMEOUT)
                        .post("/consumers/unregister", new Schemas.UnregisterRequest(id), Schemas.Unregistered.class);
            } catch (RuntimeException e) {
                // the broker has removed it already, or its session times out
            }
        }
    }
}
