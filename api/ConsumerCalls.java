package api;

import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.EngineException;
import engine.MessageBroker;
import engine.MessageLayout;
import engine.Names;
import engine.OffsetSpec;
import engine.ReadLimits;
import http.Call;
import http.LongAnswer;
import http.MediaTypes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The calls about consumers and groups. Safe for any number of threads. */
final class ConsumerCalls {
    private final MessageBroker broker;

    ConsumerCalls(MessageBroker broker) {
        this.broker = broker;
    }

    CompletableFuture<Schemas.ConsumerRegistered> register(Schemas.ConsumerRegistration request) {
        ConsumerSettings settings = new ConsumerSettings(
                request.consumerId(),
                request.group(),
                request.autoCommit(),
                OffsetSpec.parse("start", request.start()),
                request.sessionTimeoutMs());
        if (request.consumerId() != null) {
            Names.require("consumer_id", request.consumerId()); // the settings accept an id with an owner, too
        }
        return broker.registerConsumer(request.topic(), settings).thenApply(Views::consumerRegistered);
    }

    CompletableFuture<EncodedMessages> consume(Schemas.ConsumeRequest request) {
        return broker.poll(request.consumerId(), ReadLimits.ONE, waitMs(request.waitMs()));
    }

    CompletableFuture<EncodedMessages> consumeBatch(Call call) {
        Schemas.ConsumeBatchRequest request = call.body(Schemas.ConsumeBatchRequest.class);
        long maxMessages = Parameters.range(
                "max_messages",
                Parameters.or(request.maxMessages(), Parameters.DEFAULT_MAX_MESSAGES),
                1,
                Parameters.MAX_MESSAGES_LIMIT);
        long maxBytes = Parameters.range(
                "max_bytes",
                Parameters.or(request.maxBytes(), Parameters.DEFAULT_MAX_BYTES),
                1,
                Parameters.MAX_BATCH_BYTES);
        MessageLayout layout = call.accepts(MediaTypes.NDJSON) ? MessageLayout.LINES : MessageLayout.LIST;
        return broker.poll(
                request.consumerId(), new ReadLimits(layout, maxMessages, maxBytes), waitMs(request.waitMs()));
    }

    private static long waitMs(Long given) {
        return Parameters.waitMs(Parameters.or(given, 0));
    }

    CompletableFuture<Schemas.Committed> commit(Schemas.CommitRequest request) {
        return broker.commit(request.consumerId(), offsets(request))
                .thenApply(committed -> Views.committed(request.consumerId(), committed));
    }

    /** The offsets to commit, by partition; null to commit everything that was delivered. */
    private Map<Integer, Long> offsets(Schemas.CommitRequest request) {
        if (request.offset() != null && request.offsets() != null) {
            throw EngineException.invalid("offset", "and offsets are both present. Send only one of them");
        }
        if (request.offset() == null && request.partition() != null) {
            throw EngineException.invalid("offset", "is required with a partition");
        }
        if (request.offset() != null) {
            return Map.of(partitionOf(request), Parameters.range("offset", request.offset(), 0, Long.MAX_VALUE));
        }
        if (request.offsets() == null) {
            return null;
        }
        Map<Integer, Long> offsets = new LinkedHashMap<>();
        for (Schemas.PartitionOffset one : request.offsets()) {
            if (one == null) {
                throw EngineException.invalid(
                        "offsets", "must be a list of objects such as {\"partition\": 0, \"offset\": 1}");
            }
            if (offsets.put(one.partition(), Parameters.range("offsets.offset", one.offset(), 0, Long.MAX_VALUE))
                    != null) {
                throw EngineException.invalid("offsets", "names partition " + one.partition() + " twice");
            }
        }
        return offsets;
    }

    /** The partition of {@code request.offset()}. */
    private int partitionOf(Schemas.CommitRequest request) {
        if (request.partition() != null) {
            return request.partition();
        }
        ConsumerState consumer = broker.consumer(request.consumerId());
        if (consumer.partitionCount() == 1) {
            return 0;
        }
        if (consumer.positions().size() != 1) {
            throw EngineException.invalid(
                    "offset",
                    "requires a partition, because the consumer owns "
                            + consumer.positions().size()
                            + " partitions. Send partition, or offsets, such as [{\"partition\": 0, \"offset\": "
                            + request.offset() + "}]");
        }
        return consumer.positions().get(0).partition();
    }

    CompletableFuture<Schemas.Sought> seek(Schemas.SeekRequest request) {
        if ((request.offset() == null) == (request.timestamp() == null)) {
            broker.consumer(request.consumerId()); // reports an unknown consumer first
            throw EngineException.invalid("offset", "or timestamp is required, but not both");
        }
        OffsetSpec to = request.offset() == null
                ? OffsetSpec.at(request.timestamp())
                : OffsetSpec.parse("offset", request.offset());
        return broker.seek(request.consumerId(), request.partition(), to).thenApply(Views::sought);
    }

    CompletableFuture<Schemas.Unregistered> unregister(Schemas.UnregisterRequest request) {
        return broker.unregisterConsumer(request.consumerId())
                .thenApply(topic -> new Schemas.Unregistered("ok", topic, request.consumerId()));
    }

    Schemas.ConsumerInfo get(Call call) {
        return Views.consumer(broker.consumer(call.path("consumer_id")));
    }

    LongAnswer list(Call call) {
        return LongAnswer.list(
                "consumers",
                broker.consumers(filter(call.query("topic")), filter(call.query("group")))
                        .map(Views::listedConsumer));
    }

    private static String filter(String given) {
        return given == null || given.isEmpty() ? null : given;
    }

    LongAnswer listGroups(Call call) {
        return LongAnswer.list("groups", broker.groups().map(Views::group));
    }

    LongAnswer getGroup(Call call) {
        return LongAnswer.list("groups", broker.groups(call.path("group")).map(Views::group));
    }
}
