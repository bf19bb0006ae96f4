package tests.simulation;

import java.util.Random;

/** Makes calls of the broker, valid and invalid ones, and checks each answer against the model. For one thread. */
final class Calls {
    private final Caller caller;
    private final TopicCalls topics;
    private final ProduceCalls producers;
    private final ConsumerCalls consumers;
    private final OffsetCalls offsets;

    Calls(SimulatedBroker simulated, TopicVersions versions) {
        caller = new Caller(simulated, versions);
        topics = new TopicCalls(caller);
        producers = new ProduceCalls(caller);
        offsets = new OffsetCalls(caller);
        consumers = new ConsumerCalls(caller, producers, offsets);
    }

    /** What the last call did, in words. */
    String description() {
        return caller.description();
    }

    /** Makes a call. */
    void make(Random random) {
        caller.nextStep(random);
        int kind = random.nextInt(110); // with 112, most seeds have no topic in their first steps
        if (kind < 6) {
            topics.registerTopic();
        } else if (kind < 8) {
            topics.deleteTopic();
        } else if (kind < 34) {
            producers.produce();
        } else if (kind < 40) {
            producers.produceTogether();
        } else if (kind < 50) {
            consumers.registerConsumer();
        } else if (kind < 70) {
            consumers.poll();
        } else if (kind < 74) {
            consumers.waitForMessage();
        } else if (kind < 84) {
            consumers.commit();
        } else if (kind < 90) {
            consumers.seek();
        } else if (kind < 93) {
            consumers.unregisterConsumer();
        } else if (kind < 96) {
            topics.offsets();
        } else if (kind < 100) {
            topics.registerProducer();
        } else if (kind < 104) {
            offsets.commit();
        } else if (kind < 106) {
            offsets.deleteOffsets();
        } else if (kind < 107) {
            offsets.deleteGroup();
        } else if (kind < 108) {
            offsets.reserve();
        } else {
            offsets.release();
        }
    }

    /** Deletes all topics, which has to succeed. */
    void deleteAllTopics() {
        topics.deleteAllTopics();
    }

    /** Time has passed, so sessions may have expired. The caller has stopped at each time at which one does. */
    void expireSessions() {
        consumers.expireSessions();
    }
}
