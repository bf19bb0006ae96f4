package kafka.gateway;

import engine.EngineException;
import engine.ErrorCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Converts errors of Kafka to errors of the engine. Stateless. */
final class UpstreamErrors {
    private UpstreamErrors() {}

    static EngineException of(Throwable e) {
        if (e instanceof EngineException known) {
            return known;
        }
        if (cause(e) != e) {
            return of(cause(e));
        }
        if (e instanceof RecordTooLargeException || e instanceof RecordBatchTooLargeException) {
            return new EngineException(
                    ErrorCode.TOO_LARGE,
                    "Kafka refuses the message because it is too large: " + e.getMessage()
                            + " Send a smaller message, or raise max.message.bytes of the topic.");
        }
        if (e instanceof UnknownTopicOrPartitionException) {
            return new EngineException(ErrorCode.TOPIC_NOT_FOUND, "The topic was deleted during the call.");
        }
        if (e instanceof AuthenticationException) {
            return EngineException.complete(
                    ErrorCode.FORBIDDEN, "Kafka refuses the credentials of the gateway: " + e.getMessage() + ".");
        }
        if (e instanceof AuthorizationException) {
            return EngineException.complete(
                    ErrorCode.FORBIDDEN, "Kafka does not allow the gateway to do this: " + e.getMessage());
        }
        return new EngineException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                "Kafka did not answer in time (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "). Retry after a second.");
    }

    /** The failure of a future, without the exceptions that only wrap it; null if {@code e} is null. */
    static Throwable cause(Throwable e) {
        boolean isWrapper = e instanceof CompletionException || e instanceof ExecutionException;
        return isWrapper && e.getCause() != null ? cause(e.getCause()) : e;
    }

    /** What Kafka cannot do. */
    static EngineException notSupported(String what, String advice) {
        return EngineException.complete(
                ErrorCode.NOT_SUPPORTED, "A gateway to Kafka does not support " + what + ". " + advice);
    }
}
