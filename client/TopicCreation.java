package client;

import api.Schemas;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Creates the topic of a client at its start, unless the name is similar to that of an existing topic. For one thread.
 */
public final class TopicCreation {
    private final BrokerClient broker;
    private final String topic;
    private final Integer partitions;
    private final boolean isForced;
    private boolean isCreated;

    /**
     * @param partitions null for the default
     * @param isForced whether to create the topic even if another topic has a similar name
     */
    TopicCreation(BrokerClient broker, String topic, Integer partitions, boolean isForced) {
        this.broker = broker;
        this.topic = topic;
        this.partitions = partitions;
        this.isForced = isForced;
    }

    /** A call that fails if the topic does not exist. */
    public interface Registration<T> {
        T register() throws InterruptedException;
    }

    /**
     * Registers the client. If the topic does not exist, creates it first.
     *
     * @throws IllegalStateException if the topic does not exist and another one has a similar name, or if it exists
     *     with another number of partitions
     */
    public <T> T createFor(Registration<T> client) throws InterruptedException {
        if (partitions != null) {
            requirePartitions();
        }
        try {
            return client.register();
        } catch (ProblemException e) {
            if (!isNotFound(e)) {
                throw e;
            }
            requireNoSimilarName();
            createAfter(e);
        }
        return client.register();
    }

    /** Whether {@link #createFor} has created the topic. */
    public boolean isCreated() {
        return isCreated;
    }

    /** Whether the broker refused a call because the topic does not exist. */
    public static boolean isNotFound(ProblemException e) {
        return e.code().equals("TOPIC_NOT_FOUND");
    }

    private void requirePartitions() throws InterruptedException {
        try {
            Schemas.TopicInfo known =
                    TopicNames.isLegal(topic) ? broker.get("/topics/" + topic, Schemas.TopicInfo.class) : null;
            int count = known == null
                    ? partitions
                    : known.partitions() == null ? 1 : known.partitions().size();
            if (count != partitions) {
                throw new IllegalStateException("Topic '" + topic + "' exists and has " + count
                        + (count == 1 ? " partition, not " : " partitions, not ") + partitions
                        + ". Leave out --partitions, or choose another topic.");
            }
        } catch (ProblemException e) {
            if (!isNotFound(e)) {
                throw e;
            }
        }
    }

    private void requireNoSimilarName() throws InterruptedException {
        if (isForced || !TopicNames.isLegal(topic)) {
            return;
        }
        List<String> names = broker.get("/topics", Schemas.TopicList.class).topics().stream()
                .map(Schemas.TopicInfo::topic)
                .collect(Collectors.toList());
        String similar = TopicNames.similar(topic, names);
        if (similar != null) {
            throw new IllegalStateException("Topic '" + topic + "' does not exist. Did you mean '" + similar
                    + "'? Use --create to create '" + topic + "'.");
        }
    }

    /** @param notFound says more than the refusal of the creation, if the topic is hidden from this client */
    private void createAfter(ProblemException notFound) throws InterruptedException {
        try {
            create();
        } catch (ProblemException e) {
            throw e.code().equals("FORBIDDEN") ? notFound : e;
        }
    }

    private void create() throws InterruptedException {
        Schemas.TopicRegistration request = new Schemas.TopicRegistration(topic, partitions, null, null, null, null);
        isCreated = broker.post("/topics/register", request, Schemas.TopicRegistered.class)
                .created();
    }
}
