package api;

import com.fasterxml.jackson.databind.node.NullNode;
import engine.EncodedBatch;
import engine.EngineException;
import engine.MessageBroker;
import engine.Names;
import engine.ProducerSequence;
import http.BatchParser;
import http.Call;
import http.MediaTypes;
import http.MessageFields;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The calls of producers. Safe for any number of threads. */
final class ProduceCalls {
    private final MessageBroker broker;
    private final int maxMessageBytes;

    ProduceCalls(MessageBroker broker, int maxMessageBytes) {
        this.broker = broker;
        this.maxMessageBytes = maxMessageBytes;
    }

    CompletableFuture<Schemas.ProducerRegistered> register(Schemas.ProducerRegistration request) {
        if (request.producerId() != null) {
            broker.partitionCount(request.topic()); // reports an unknown topic before an invalid id
            Names.require("producer_id", request.producerId());
        }
        return broker.registerProducer(request.topic(), request.producerId())
                .thenApply(producer -> Views.producerRegistered(request.topic(), producer));
    }

    CompletableFuture<Schemas.Published> produce(Call call) {
        Schemas.PublishRequest request = call.body(Schemas.PublishRequest.class);
        ProducerSequence sequence = ProducerSequence.of(request.producerId(), request.sequence());
        EncodedBatch batch =
                filled(call, request.sizeHint(), empty -> fields(request, call).addTo(empty, request.partition(), ""));
        return broker.produce(request.topic(), batch, sequence)
                .thenApply(result -> Views.published(request.topic(), result));
    }

    private static MessageFields fields(Schemas.PublishRequest request, Call call) {
        if (request.valueBase64() != null) {
            call.memory().take(request.valueBase64().length()); // to decode it
        }
        return new MessageFields(
                request.text(),
                request.value() instanceof NullNode,
                request.valueBase64(),
                request.key(),
                request.keyBase64(),
                request.headers(),
                request.headersBase64(),
                request.headerOrder());
    }

    CompletableFuture<Schemas.PublishedBatch> produceBatch(Call call) {
        Target target = new Target(call.query("topic"), call.query("producer_id"), call.queryNumber("sequence"));
        int length = call.body().remaining();
        EncodedBatch batch = filled(call, length + length / 4, empty -> {
            BatchParser parser = new BatchParser(Schemas.JSON, empty, call.memory());
            if (call.isOf(MediaTypes.TEXT)) {
                requireTopicInQuery(target.topic, MediaTypes.TEXT);
                empty.addLines(call.body().array(), length);
            } else if (call.isOf(MediaTypes.NDJSON)) {
                requireTopicInQuery(target.topic, MediaTypes.NDJSON);
                parser.lines(call.body());
            } else {
                parser.object(call.body());
                target.addFrom(parser);
            }
            target.sequence(); // an invalid one fails here, where the batch is still closed
        });
        return broker.produce(target.topic, batch, target.sequence())
                .thenApply(result -> Views.publishedBatch(target.topic, result));
    }

    /** Creates and fills a batch, which the broker closes. If filling fails, the batch is closed here. */
    private EncodedBatch filled(Call call, int sizeHint, Consumer<EncodedBatch> filling) {
        EncodedBatch batch = new EncodedBatch(maxMessageBytes, sizeHint, call.newReservation());
        try {
            filling.accept(batch);
            return batch;
        } catch (Throwable e) { // such as an OutOfMemoryError
            batch.close();
            throw e;
        }
    }

    /** The topic, producer and sequence of a batch. The query and the body may each contain some of them. */
    private static final class Target {
        private String topic;
        private String producerId;
        private Long sequence;

        Target(String topic, String producerId, Long sequence) {
            this.topic = topic;
            this.producerId = producerId;
            this.sequence = sequence;
        }

        void addFrom(BatchParser body) {
            topic = either("topic", topic, body.topic());
            if (topic == null) {
                throw EngineException.invalid("topic", "is required");
            }
            producerId = either("producer_id", producerId, body.producerId());
            sequence = either("sequence", sequence, body.sequence());
        }

        ProducerSequence sequence() {
            return ProducerSequence.of(producerId, sequence);
        }
    }

    private void requireTopicInQuery(String topic, String mediaType) {
        if (topic == null) {
            throw EngineException.invalid(
                    "topic",
                    "is required in the query, such as ?topic=demo, because the body is " + mediaType
                            + ". Only a body of " + MediaTypes.JSON + " can contain it");
        }
        broker.partitionCount(topic); // reports an unknown topic before an invalid body
    }

    /**
     * The value in the query or in the body; null if neither has it.
     *
     * @throws EngineException INVALID if both have it and the values differ
     */
    private static <T> T either(String name, T inQuery, T inBody) {
        if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
            throw EngineException.invalid(
                    name,
                    "is " + Names.abbreviated(inQuery.toString()) + " in the query and "
                            + Names.abbreviated(inBody.toString()) + " in the body. Send it once");
        }
        return inQuery == null ? inBody : inQuery;
    }
}
