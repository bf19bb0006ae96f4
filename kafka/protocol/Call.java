package kafka.protocol;

import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Answers the requests of one API. Runs in the thread of the connection, and may block.
 *
 * @param <T> the request
 */
interface Call<T extends ApiMessage> {
    /**
     * @return null for no response
     * @throws RuntimeException for an error of the whole request: see {@link KafkaErrors}
     */
    ApiMessage answer(T request, Caller caller);
}
