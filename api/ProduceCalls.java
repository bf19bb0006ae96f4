package api;

import engine.EncodedBatch;
import engine.EngineException;
import engine.MessageBroker;
import engine.Names;
import engine.ProducerSequence;
import http.BatchParser;
import http.Call;
import http.MediaTypes;
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
        return broker.registerProducer(request.topic(), request.producerId())
                .thenApply(producer -> Views.producerRegistered(request.topic(), producer));
    }

    CompletableFuture<Schemas.Published> produce(Call call) {
        Schemas.PublishRequest request = call.body(Schemas.PublishRequest.class);
        ProducerSequence sequence = ProducerSequence.of(request.producerId(), request.sequence());
        EncodedBatch batch = filled(
                call,
                request.value().length() + 64,
                empty -> empty.add(request.value(), request.key(), request.headers(), request.partition()));
        return broker.produce(request.topic(), batch, sequence)
                .thenApply(result -> Views.published(request.topic(), result));
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
            target.sequence(); // checked before the batch is handed over
        });
        return broker.produce(target.topic, batch, target.sequence())
                .thenApply(result -> Views.publishedBatch(target.topic, result));
    }

    /** A batch that the broker closes; if it cannot be filled, it is closed here. */
    private EncodedBatch filled(Call call, int sizeHint, Consumer<EncodedBatch> filling) {
        EncodedBatch batch = new EncodedBatch(maxMessageBytes, sizeHint, call.newReservation());
        try {
            filling.accept(batch);
            return batch;
        } catch (Throwable e) { // an OutOfMemoryError, say
            batch.close();
            throw e;
        }
    }

    /** Where a batch goes, of which the query and the body may each say a part. */
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
                    "is required in the query, such as ?topic=demo, with a body of " + mediaType + ". A body of "
                            + MediaTypes.JSON + " may name it itself");
        }
        broker.partitionCount(topic); // what is wrong with the topic counts before what is wrong with the body
    }

    /** What the query or the body says, if only one of them does; null if none does. */
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
