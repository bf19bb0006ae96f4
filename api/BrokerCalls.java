package api;

import engine.ConsumerState;
import engine.Listing;
import engine.MessageBroker;
import engine.TopicState;
import http.Call;
import http.LongAnswer;
import java.util.stream.Stream;

/** The calls about the broker itself. Safe for any number of threads. */
final class BrokerCalls {
    private final MessageBroker broker;

    BrokerCalls(MessageBroker broker) {
        this.broker = broker;
    }

    Schemas.Welcome welcome(Call call) {
        return new Schemas.Welcome("mini-kafka is up. See /docs for the API documentation.");
    }

    Schemas.Health health(Call call) {
        return new Schemas.Health("ok");
    }

    /** Answers with {@link Schemas.Stats}, in pieces because it may be large. */
    LongAnswer stats(Call call) {
        Listing<TopicState> topics = broker.topics();
        Listing<ConsumerState> consumers = broker.consumers(null, null);
        Stream<LongAnswer.Part> start = Stream.of(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("topics");
        });
        Stream<LongAnswer.Part> counts =
                topics.items().map(topic -> json -> json.writeNumberField(topic.name(), topic.messages()));
        Stream<LongAnswer.Part> middle = Stream.of(json -> {
            json.writeEndObject();
            json.writeObjectFieldStart("consumers");
        });
        Stream<LongAnswer.Part> positions = consumers
                .items()
                .map(consumer -> json -> json.writePOJOField(consumer.consumerId(), Views.consumerStats(consumer)));
        Stream<LongAnswer.Part> end = Stream.of(json -> {
            json.writeEndObject();
            json.writeEndObject();
        });
        return new LongAnswer(
                Stream.of(start, counts, middle, positions, end)
                        .reduce(Stream::concat)
                        .get(),
                topics.size() + consumers.size());
    }
}
