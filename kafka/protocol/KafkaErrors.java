package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.protocol.Errors;

/** The errors of Kafka's protocol for those of the engine. Stateless. */
final class KafkaErrors {
    private static final Map<ErrorCode, Errors> BY_CODE = new EnumMap<>(ErrorCode.class);

    static {
        BY_CODE.put(ErrorCode.INVALID, Errors.INVALID_REQUEST);
        BY_CODE.put(ErrorCode.FORBIDDEN, Errors.TOPIC_AUTHORIZATION_FAILED);
        BY_CODE.put(ErrorCode.TOPIC_NOT_FOUND, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        BY_CODE.put(ErrorCode.CONSUMER_NOT_FOUND, Errors.UNKNOWN_MEMBER_ID);
        BY_CODE.put(ErrorCode.GROUP_NOT_FOUND, Errors.GROUP_ID_NOT_FOUND);
        BY_CODE.put(ErrorCode.CONFLICT, Errors.INVALID_REQUEST);
        BY_CODE.put(ErrorCode.REBALANCED, Errors.REBALANCE_IN_PROGRESS);
        BY_CODE.put(ErrorCode.OUT_OF_SEQUENCE, Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        BY_CODE.put(ErrorCode.TOO_LARGE, Errors.MESSAGE_TOO_LARGE);
        BY_CODE.put(ErrorCode.OFFSET_OUT_OF_RANGE, Errors.OFFSET_OUT_OF_RANGE);
        BY_CODE.put(ErrorCode.OFFSET_TRIMMED, Errors.OFFSET_OUT_OF_RANGE);
        BY_CODE.put(ErrorCode.TOPIC_FULL, Errors.REQUEST_TIMED_OUT); // the producer retries
        BY_CODE.put(ErrorCode.STORAGE_FULL, Errors.KAFKA_STORAGE_ERROR);
        BY_CODE.put(ErrorCode.NOT_SUPPORTED, Errors.UNSUPPORTED_VERSION);
        BY_CODE.put(ErrorCode.UPSTREAM_UNAVAILABLE, Errors.COORDINATOR_NOT_AVAILABLE);
        BY_CODE.put(ErrorCode.OVERLOADED, Errors.REQUEST_TIMED_OUT); // the client retries
        BY_CODE.put(ErrorCode.SHUTTING_DOWN, Errors.NOT_LEADER_OR_FOLLOWER); // the client reconnects
    }

    private KafkaErrors() {}

    static Errors of(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof EngineException e ? BY_CODE.get(e.code()) : Errors.forException(cause);
    }

    /** As {@link #of}, for a call that has no other parameter that may be invalid than its partition. */
    static Errors ofPartition(Throwable failure) {
        boolean isNoPartition = cause(failure) instanceof EngineException known && known.code() == ErrorCode.INVALID;
        return isNoPartition ? Errors.UNKNOWN_TOPIC_OR_PARTITION : of(failure);
    }

    /** The error of the engine, or what else has failed. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
