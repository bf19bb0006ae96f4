package kafka.protocol;

import java.security.SecureRandom;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * InitProducerId: a new id for an idempotent producer, or the next epoch of its id. Ids are random, so that none is given twice after a
 * restart. There are no transactions.
 */
final class InitProducerIdCall implements Call<InitProducerIdRequestData> {
    static final String NO_TRANSACTIONS = "This broker has no transactions. Remove transactional.id from the producer.";

    private final SecureRandom random = new SecureRandom();

    @Override
    public ApiMessage answer(InitProducerIdRequestData request, Caller caller) {
        if (request.transactionalId() != null) {
            throw new InvalidRequestException(NO_TRANSACTIONS);
        }
        boolean isKnown = request.producerId() >= 0
                && request.producerEpoch() >= 0
                && request.producerEpoch() < Short.MAX_VALUE - 1;
        return new InitProducerIdResponseData()
                .setProducerId(isKnown ? request.producerId() : random.nextLong() >>> 1)
                .setProducerEpoch((short) (isKnown ? request.producerEpoch() + 1 : 0));
    }
}
