package api;

import engine.BrowseRequest;
import engine.EncodedMessages;
import engine.MessageBroker;
import engine.MessageLayout;
import engine.MessageStream;
import engine.ReadLimits;
import engine.TopicSettings;
import engine.WhenFull;
import http.Call;
import http.LongAnswer;
import java.util.concurrent.CompletableFuture;

/** The calls about topics and their messages. Safe for any number of threads. */
final class TopicCalls {
    private final MessageBroker broker;

    TopicCalls(MessageBroker broker) {
        this.broker = broker;
    }

    CompletableFuture<Schemas.TopicRegistered> register(Schemas.TopicRegistration request) {
        TopicSettings settings = new TopicSettings(
                request.partitions(),
                request.maxMessages(),
                request.maxBytes(),
                request.maxAgeMs(),
                WhenFull.parse("when_full", request.whenFull()));
        return broker.registerTopic(request.topic(), settings)
                .thenApply(registration -> Views.topicRegistered(request.topic(), registration));
    }

    LongAnswer list(Call call) {
        return LongAnswer.list(
                "topics", broker.topics().map(topic -> Views.topic(topic, broker.consumerIds(topic.name()))));
    }

    Schemas.TopicInfo get(Call call) {
        return Views.topic(broker.topic(call.path("topic")), broker.consumerIds(call.path("topic")));
    }

    CompletableFuture<Schemas.TopicDeleted> delete(Call call) {
        String topic = call.path("topic");
        return broker.deleteTopic(topic).thenApply(done -> new Schemas.TopicDeleted("ok", topic));
    }

    CompletableFuture<EncodedMessages> browse(Call call) {
        broker.partitionCount(call.path("topic")); // reports an unknown topic before invalid parameters
        long maxMessages = Parameters.range(
                "max_messages",
                call.query("max_messages", Parameters.DEFAULT_MAX_MESSAGES),
                1,
                Parameters.MAX_MESSAGES_LIMIT);
        long minMessages = Parameters.range("min_messages", call.query("min_messages", 1), 0, maxMessages);
        return broker.browse(new BrowseRequest(
                call.path("topic"),
                call.query("partition", 0),
                Parameters.start(call),
                minMessages,
                new ReadLimits(MessageLayout.LIST, maxMessages, Parameters.DEFAULT_MAX_BYTES),
                Parameters.waitMs(call.query("wait_ms", 0))));
    }

    MessageStream stream(Call call) {
        broker.partitionCount(call.path("topic"));
        return broker.stream(
                call.path("topic"),
                call.queryNumber("partition"),
                Parameters.start(call),
                call.header("Last-Event-ID"));
    }
}
