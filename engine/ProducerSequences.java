package engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The state of the idempotent producers of a topic, as Kafka's {@code ProducerStateManager}. It detects a request that is sent again
 * because its answer was lost, so that its messages are not appended again. It keeps the producers that sent requests last,
 * and the last {@value #REMEMBERED_REQUESTS} requests of each.
 *
 * <p>Not thread-safe: guarded by the lock of the topic.
 */
final class ProducerSequences {
    private static final int REMEMBERED_REQUESTS = 100;

    private final Map<String, State> producers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
            boolean isOverLimit = size() > maxProducers;
            memory.giveBack(isOverLimit ? memoryOf(eldest.getKey(), eldest.getValue()) : 0);
            return isOverLimit;
        }
    };

    private final KeptMemory memory;
    private final int maxProducers;
    private final int partitionCount;

    /**
     * @param memory for the state
     * @param maxProducers how many producers are remembered
     */
    ProducerSequences(KeptMemory memory, int maxProducers, int partitionCount) {
        this.memory = memory;
        this.maxProducers = maxProducers;
        this.partitionCount = partitionCount;
    }

    private static final class State {
        private final Deque<Request> requests = new ArrayDeque<>(REMEMBERED_REQUESTS + 1);
        private long next;
    }

    private record Request(long sequence, int count, ProduceResult answer) {
        /** The memory that it takes, in bytes. */
        long size() {
            return KeptMemory.ofRequest(answer.ranges().size());
        }
    }

    /** The sequence that is expected for the producer's next message. */
    long next(String producerId) {
        State state = producers.get(producerId);
        return state == null ? 0 : state.next;
    }

    /**
     * Checks the sequence of a request.
     *
     * @return the answer of the earlier request that this one repeats; null if this request has the expected sequence
     * @throws EngineException OUT_OF_SEQUENCE
     */
    ProduceResult findDuplicate(ProducerSequence from, int count) {
        long next = next(from.producerId());
        if (from.sequence() == next) {
            return null;
        }
        if (from.sequence() < next) {
            for (Request request : producers.get(from.producerId()).requests) {
                if (request.sequence == from.sequence() && request.count == count) {
                    return request.answer.asDuplicate();
                }
            }
        }
        throw from.outOfSequence(next);
    }

    /**
     * Notes a request. If this fails, nothing is noted.
     *
     * @throws EngineException STORAGE_FULL
     */
    void note(ProducerSequence from, int count, ProduceResult answer) {
        Request request = new Request(from.sequence(), count, answer);
        State known = producers.get(from.producerId());
        Request oldest =
                known != null && known.requests.size() == REMEMBERED_REQUESTS ? known.requests.getFirst() : null;
        long more = request.size()
                + (known == null ? KeptMemory.ofProducer(from.producerId()) : 0)
                - (oldest == null ? 0 : oldest.size());
        take(more);
        State state;
        try {
            state = known != null ? known : newState(from.producerId());
        } catch (OutOfMemoryError e) {
            memory.giveBack(more);
            throw e;
        }
        state.requests.addLast(request); // cannot fail, because the capacity suffices
        state.next = from.sequence() + count;
        if (oldest != null) {
            state.requests.removeFirst();
        }
    }

    private State newState(String producerId) {
        State state = new State();
        producers.put(producerId, state);
        return state;
    }

    private void take(long more) {
        if (more > 0) {
            memory.take(more);
        } else {
            memory.giveBack(-more);
        }
    }

    private static long memoryOf(String producerId, State state) {
        return KeptMemory.ofProducer(producerId)
                + state.requests.stream().mapToLong(Request::size).sum();
    }

    /** Removes the latest request of a producer. */
    void undo(ProducerSequence from) {
        State state = producers.get(from.producerId());
        if (state != null) { // else the producer was evicted
            Request undone = state.requests.pollLast(); // null if the request was evicted by many later ones
            memory.giveBack(undone == null ? 0 : undone.size());
            state.next = from.sequence();
        }
    }

    /** The complete state. The producer whose last request is the oldest comes first. */
    List<TopicSnapshot.Producer> snapshot() {
        return producers.entrySet().stream()
                .map(entry -> new TopicSnapshot.Producer(
                        entry.getKey(),
                        entry.getValue().next,
                        entry.getValue().requests.stream()
                                .map(request -> new TopicSnapshot.Request(
                                        request.sequence, request.count, request.answer.ranges()))
                                .collect(Collectors.toList())))
                .collect(Collectors.toList());
    }

    /** Replaces the complete state. */
    void restore(List<TopicSnapshot.Producer> snapshot) {
        producers.forEach((id, state) -> memory.giveBack(memoryOf(id, state)));
        producers.clear();
        for (TopicSnapshot.Producer producer : snapshot) {
            State state = new State();
            producer.requests()
                    .forEach(request -> state.requests.add(new Request(
                            request.sequence(),
                            request.count(),
                            new ProduceResult(partitionCount, request.ranges(), false))));
            state.next = producer.next();
            memory.take(memoryOf(producer.producerId(), state));
            producers.put(producer.producerId(), state);
        }
    }
}
