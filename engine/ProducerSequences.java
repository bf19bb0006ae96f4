package engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a topic remembers of the producers that count their messages, so that a request which is sent again, because its
 * answer was lost, is answered again and not carried out again (Kafka's {@code ProducerStateManager}). Each producer's
 * last {@value #REMEMBERED_REQUESTS} requests are remembered, and the {@value #MAX_PRODUCERS} producers that were heard
 * of last.
 *
 * <p>For whoever holds the topic's lock.
 */
final class ProducerSequences {
    private static final int MAX_PRODUCERS = 10_000;
    private static final int REMEMBERED_REQUESTS = 100;

    private final Map<String, State> producers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
            boolean isOneTooMany = size() > MAX_PRODUCERS;
            memory.giveBack(isOneTooMany ? memoryOf(eldest.getKey(), eldest.getValue()) : 0);
            return isOneTooMany;
        }
    };

    private final KeptMemory memory;
    private final int partitionCount;

    /** @param memory which what is remembered is taken from */
    ProducerSequences(KeptMemory memory, int partitionCount) {
        this.memory = memory;
        this.partitionCount = partitionCount;
    }

    private static final class State {
        private final Deque<Request> requests = new ArrayDeque<>(REMEMBERED_REQUESTS + 1);
        private long next;
    }

    private record Request(long sequence, int count, ProduceResult answer) {
        /** In memory. */
        long size() {
            return KeptMemory.ofRequest(answer.ranges().size());
        }
    }

    /** The sequence that the producer's next message is to have. */
    long next(String producerId) {
        State state = producers.get(producerId);
        return state == null ? 0 : state.next;
    }

    /**
     * @return what a request was answered with when it came first; null if it is the one that is due
     * @throws EngineException OUT_OF_SEQUENCE
     */
    ProduceResult answered(ProducerSequence from, int count) {
        long next = next(from.producerId());
        if (from.sequence() == next) {
            return null;
        }
        if (from.sequence() < next) {
            for (Request request : producers.get(from.producerId()).requests) {
                if (request.sequence == from.sequence() && request.count == count) {
                    return request.answer.again();
                }
            }
        }
        throw new EngineException(
                ErrorCode.OUT_OF_SEQUENCE,
                "Producer " + from.producerId() + " sends sequence " + from.sequence()
                        + ", but " + next + " is expected here. "
                        + (from.sequence() > next
                                ? "What lies between has not arrived: send it first."
                                : "That one was accepted long ago, or in other company. Go on from " + next + "."));
    }

    /**
     * If it fails, it has noted nothing.
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
        state.requests.addLast(request); // within its capacity: it does not grow
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

    /** Forgets the latest request of a producer. */
    void undo(ProducerSequence from) {
        State state = producers.get(from.producerId());
        if (state != null) { // else it was heard of too long ago
            Request undone = state.requests
                    .pollLast(); // there may be none: of very many requests on their way the first are forgotten
            memory.giveBack(undone == null ? 0 : undone.size());
            state.next = from.sequence();
        }
    }

    /** All that is remembered, those first that were heard of longest ago. */
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

    /** Remembers this and nothing else. */
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
