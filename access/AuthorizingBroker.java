package access;

import engine.BrowseRequest;
import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedBatch;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.GroupState;
import engine.Listing;
import engine.MessageBroker;
import engine.MessageStream;
import engine.Names;
import engine.NotFound;
import engine.OffsetSpec;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.ProducerState;
import engine.ReadLimits;
import engine.Subscription;
import engine.TopicRegistration;
import engine.TopicSettings;
import engine.TopicState;
import http.Action;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A broker as one principal may use it:
 *
 * <ol>
 * <li>A topic or group that no rule of the principal covers does not exist for it, also not in lists and suggestions.
 * <li>A call about a topic or group that the principal may know of, but without the right for this call, fails with FORBIDDEN.
 * <li>The ids of consumers and producers are the principal's own: two principals may use the same id. The engine gets the ids with their
 *     owner (see {@link Names#qualified}), so they belong to the principal also after a restart.
 * </ol>
 *
 * The rules may change at any time. Each call follows the current ones. A call that waits ends by the rules of its start, except a
 * stream, which ends when the token is revoked or the principal loses the right. Safe for any number of threads.
 */
final class AuthorizingBroker implements MessageBroker {
    private final MessageBroker broker;
    private final String owner;
    private final Supplier<Principal> principal;
    private final BooleanSupplier isRevoked;
    private final OwnIds ids;

    /**
     * @param owner the name of the principal
     * @param principal its current rules
     * @param isRevoked whether its token was revoked; then streams end
     */
    AuthorizingBroker(MessageBroker broker, String owner, Supplier<Principal> principal, BooleanSupplier isRevoked) {
        this.broker = broker;
        this.owner = owner;
        this.principal = principal;
        this.isRevoked = isRevoked;
        this.ids = new OwnIds(owner);
    }

    @Override
    public CompletableFuture<TopicRegistration> registerTopic(String topic, TopicSettings asked) {
        Names.require("topic", topic);
        requireRight(Action.CREATE, topic); // whether the topic exists or not
        return broker.registerTopic(topic, asked);
    }

    @Override
    public int partitionCount(String topic) {
        requireSeen(topic);
        return ofTopic(topic, () -> broker.partitionCount(topic));
    }

    @Override
    public TopicState topic(String topic) {
        requireSeen(topic);
        return ofTopic(topic, () -> broker.topic(topic));
    }

    @Override
    public Listing<TopicState> topics() {
        return broker.topics().filter(topic -> principal.get().sees(topic.name()));
    }

    @Override
    public Set<String> topicNames() {
        return broker.topicNames().stream()
                .filter(name -> principal.get().sees(name))
                .collect(Collectors.toSet());
    }

    @Override
    public List<String> consumerIds(String topic) {
        return principal.get().sees(topic) ? ids.ownOf(broker.consumerIds(topic)) : List.of();
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String topic) {
        return call(Action.DELETE, topic, () -> broker.deleteTopic(topic));
    }

    @Override
    public CompletableFuture<EncodedMessages> browse(BrowseRequest request) {
        return call(Action.CONSUME, request.topic(), () -> broker.browse(request));
    }

    @Override
    public SortedMap<Integer, Long> offsets(String topic, OffsetSpec spec) {
        requireSeen(topic);
        return ofTopic(topic, () -> broker.offsets(topic, spec));
    }

    @Override
    public MessageStream stream(String topic, Long partition, OffsetSpec from, String lastEventId) {
        require(Action.CONSUME, topic);
        MessageStream stream = ofTopic(topic, () -> broker.stream(topic, partition, from, lastEventId));
        return new MessageStream() {
            @Override
            public EncodedMessages next() {
                if (isRevoked.getAsBoolean()) {
                    throw principal.get().forbidden(Action.CONSUME, "topic " + topic);
                }
                require(Action.CONSUME, topic);
                return ofTopic(topic, stream::next);
            }

            @Override
            public void await(Runnable action) {
                stream.await(action);
            }

            @Override
            public void forget(Runnable action) {
                stream.forget(action);
            }
        };
    }

    @Override
    public CompletableFuture<ProducerState> registerProducer(String topic, String producerId) {
        String id = Names.requireIdOrCreate("producer_id", producerId, "producer-");
        return call(Action.PRODUCE, topic, () -> broker.registerProducer(topic, ids.qualified(id)))
                .thenApply(state -> new ProducerState(id, state.nextSequence()));
    }

    @Override
    public CompletableFuture<ProduceResult> produce(String topic, EncodedBatch batch, ProducerSequence sequence) {
        try {
            require(Action.PRODUCE, topic);
        } catch (EngineException e) {
            batch.close();
            throw e;
        }
        ProducerSequence own = sequence == null
                ? null
                : new ProducerSequence(ids.qualified(sequence.producerId()), sequence.sequence());
        return futureOfTopic(topic, () -> broker.produce(topic, batch, own));
    }

    @Override
    public CompletableFuture<ConsumerState> registerConsumer(String topic, ConsumerSettings settings) {
        require(Action.CONSUME, topic);
        requireRight(new Subscription(topic, settings.group()));
        return futureOfTopic(topic, () -> broker.registerConsumer(topic, settings.ownedBy(owner)))
                .thenApply(ids::own);
    }

    @Override
    public ConsumerState consumer(String consumerId) {
        return ofConsumer(consumerId, id -> ids.own(broker.consumer(id)));
    }

    @Override
    public Subscription subscription(String consumerId) {
        return ofConsumer(consumerId, broker::subscription);
    }

    @Override
    public Listing<ConsumerState> consumers(String topic, String group) {
        return broker.consumers(topic, group)
                .filter(consumer ->
                        ids.isOwn(consumer.consumerId()) && sees(new Subscription(consumer.topic(), consumer.group())))
                .map(ids::own);
    }

    @Override
    public CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs) {
        return callOfConsumer(consumerId, id -> broker.poll(id, limits, waitMs));
    }

    @Override
    public CompletableFuture<CommitResult> commit(String consumerId, Map<Integer, Long> offsets) {
        return callOfConsumer(consumerId, id -> broker.commit(id, offsets));
    }

    @Override
    public CompletableFuture<ConsumerState> seek(String consumerId, Integer partition, OffsetSpec to) {
        return callOfConsumer(consumerId, id -> broker.seek(id, partition, to)).thenApply(ids::own);
    }

    @Override
    public CompletableFuture<String> unregisterConsumer(String consumerId) {
        return callOfConsumer(consumerId, broker::unregisterConsumer);
    }

    @Override
    public Listing<GroupState> groups() {
        return broker.groups().filter(this::sees).map(ids::own);
    }

    @Override
    public Listing<GroupState> groups(String group) {
        try {
            List<GroupState> seen = broker.groups(group)
                    .items()
                    .filter(this::sees)
                    .map(ids::own)
                    .collect(Collectors.toList());
            if (!seen.isEmpty()) {
                return new Listing<>(seen.size(), seen.stream());
            }
        } catch (EngineException e) {
            if (e.code() != ErrorCode.GROUP_NOT_FOUND) {
                throw e;
            }
        }
        EngineException unknown =
                NotFound.group(group, groups().items().map(GroupState::group).collect(Collectors.toSet()));
        Principal current = principal.get();
        throw current.coversGroup(group)
                ? unknown
                : withReason(unknown, current.lacks("any right", "a group with this name"));
    }

    @Override
    public void stop() {
        broker.stop();
    }

    // Rules.

    /** @throws EngineException TOPIC_NOT_FOUND if the principal may not know of the topic; FORBIDDEN if it lacks the right */
    private void require(Action action, String topic) {
        if (!principal.get().may(action, topic)) {
            requireSeen(topic);
            requireRight(action, topic);
        }
    }

    private void requireSeen(String topic) {
        if (!principal.get().sees(topic)) {
            Names.require("topic", topic);
            throw noTopic(topic);
        }
    }

    private void requireRight(Action action, String topic) {
        Principal current = principal.get();
        if (!current.may(action, topic)) {
            throw current.forbidden(action, "topic " + topic);
        }
    }

    private void requireRight(Subscription reads) {
        Principal current = principal.get();
        if (reads.group() == null) {
            requireRight(Action.CONSUME, reads.topic());
        } else if (!current.may(Action.CONSUME, reads.topic(), reads.group())) {
            throw current.forbidden(Action.CONSUME, "topic " + reads.topic() + " in group " + reads.group());
        }
    }

    private boolean sees(Subscription reads) {
        Principal current = principal.get();
        return reads.group() == null ? current.sees(reads.topic()) : current.sees(reads.topic(), reads.group());
    }

    private boolean sees(GroupState group) {
        return principal.get().sees(group.topic(), group.group());
    }

    // Calls of the broker, and what their errors may tell.

    private <T> CompletableFuture<T> call(Action action, String topic, Supplier<CompletableFuture<T>> call) {
        require(action, topic);
        return futureOfTopic(topic, call);
    }

    private <T> T ofTopic(String topic, Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException e) {
            throw withoutSecrets(e, topic);
        }
    }

    private <T> CompletableFuture<T> futureOfTopic(String topic, Supplier<CompletableFuture<T>> call) {
        return FollowingFuture.of(ofTopic(topic, call), e -> withoutSecrets(e, topic));
    }

    /** The engine may suggest topics that the principal may not know of, and its errors name consumers with their owner. */
    private EngineException withoutSecrets(EngineException e, String topic) {
        if (e.code() == ErrorCode.TOPIC_NOT_FOUND) {
            return noTopic(topic);
        }
        return e.code() == ErrorCode.TOPIC_FULL
                ? ids.own(ids.withoutReader(e, group -> principal.get().sees(topic, group)))
                : ids.own(e);
    }

    /** The error is the same whether the topic exists or not, if the principal may not know of it. */
    private EngineException noTopic(String topic) {
        boolean areTooMany = broker.topicNames().size() > NotFound.MAX_COMPARED_NAMES;
        EngineException e = NotFound.topic(topic, areTooMany ? Set.of() : topicNames());
        Principal current = principal.get();
        if (current.may(Action.CREATE, topic)) {
            return e;
        }
        String missing = current.sees(topic) ? Action.CREATE.inWords() : "any right";
        return withReason(e, current.lacks(missing, "a topic with this name"));
    }

    private static EngineException withReason(EngineException e, String reason) {
        return EngineException.complete(e.code(), e.getMessage() + " " + reason);
    }

    /** Reads the state of a consumer. If the principal may no longer know what the consumer reads, the consumer does not exist. */
    private <T> T ofConsumer(String consumerId, Function<String, T> call) {
        Names.require("consumer_id", consumerId);
        try {
            String id = ids.qualified(consumerId);
            if (sees(broker.subscription(id))) {
                return call.apply(id);
            }
        } catch (EngineException e) {
            throw withoutSecretsOfConsumer(e, consumerId);
        }
        throw noConsumer(consumerId);
    }

    private <T> CompletableFuture<T> callOfConsumer(String consumerId, Function<String, CompletableFuture<T>> call) {
        requireRight(subscription(consumerId));
        try {
            return FollowingFuture.of(
                    call.apply(ids.qualified(consumerId)), e -> withoutSecretsOfConsumer(e, consumerId));
        } catch (EngineException e) {
            throw withoutSecretsOfConsumer(e, consumerId);
        }
    }

    private EngineException withoutSecretsOfConsumer(EngineException e, String consumerId) {
        boolean isInvalidId = e.code() == ErrorCode.INVALID && e.getMessage().startsWith("consumer_id ");
        boolean isUnknown = e.code() == ErrorCode.CONSUMER_NOT_FOUND && NotFound.isSuggesting(e);
        return isInvalidId || isUnknown ? noConsumer(consumerId) : ids.own(e);
    }

    /** Without a suggestion, because finding the consumers of the principal takes long. */
    private static EngineException noConsumer(String consumerId) {
        return NotFound.consumer(consumerId, Set.of());
    }
}
