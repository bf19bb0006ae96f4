package kafka.protocol;

import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/** FindCoordinator: the only broker coordinates all consumer groups. There are no transactions and no share groups. */
final class FindCoordinatorCall implements Call<FindCoordinatorRequestData> {
    /** From this version on, a request may have several keys. */
    private static final int BATCH_VERSION = 4;

    @Override
    public ApiMessage answer(FindCoordinatorRequestData request, Caller caller) {
        FindCoordinatorResponseData response = new FindCoordinatorResponseData();
        if (caller.version() >= BATCH_VERSION) {
            request.coordinatorKeys()
                    .forEach(key -> response.coordinators().add(coordinator(request.keyType(), key, caller)));
            return response;
        }
        Coordinator only = coordinator(request.keyType(), request.key(), caller);
        return response.setErrorCode(only.errorCode())
                .setErrorMessage(only.errorMessage())
                .setNodeId(only.nodeId())
                .setHost(only.host())
                .setPort(only.port());
    }

    private static Coordinator coordinator(byte type, String key, Caller caller) {
        Coordinator coordinator = new Coordinator().setKey(key);
        if (type != CoordinatorType.GROUP.id()) {
            return coordinator
                    .setErrorCode(Errors.INVALID_REQUEST.code())
                    .setErrorMessage(
                            type == CoordinatorType.TRANSACTION.id()
                                    ? InitProducerIdCall.NO_TRANSACTIONS
                                    : "This broker has no share groups. Use a consumer group.")
                    .setNodeId(-1)
                    .setPort(-1);
        }
        return coordinator
                .setErrorMessage("")
                .setNodeId(MetadataCall.NODE_ID)
                .setHost(caller.host())
                .setPort(caller.port());
    }
}
