package kafka.protocol;

import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/** The APIs that are served, with their versions. Complete before the first request; then safe for any number of threads. */
public final class ApiTable {
    private final Map<ApiKeys, Entry> entries = new EnumMap<>(ApiKeys.class);

    private record Entry(short lowest, short advertisedLowest, short highest, Call<ApiMessage> call) {}

    ApiTable() {
        add(ApiKeys.API_VERSIONS, 4, this::apiVersions);
    }

    /** Adds an API, from its lowest version that kafka-clients knows to {@code highest}. */
    <T extends ApiMessage> void add(ApiKeys key, int highest, Call<T> call) {
        add(key, key.oldestVersion(), highest, call);
    }

    /** As {@link #add(ApiKeys, int, Call)}, with another lowest version to advertise. */
    @SuppressWarnings("unchecked") // the key determines the type of its requests
    <T extends ApiMessage> void add(ApiKeys key, int advertisedLowest, int highest, Call<T> call) {
        short newest = (short) Math.min(highest, key.latestVersion());
        entries.put(key, new Entry(key.oldestVersion(), (short) advertisedLowest, newest, (Call<ApiMessage>) call));
    }

    /** Announces an API that another class serves. */
    void announce(ApiKeys key, int lowest, int highest) {
        add(key, lowest, highest, (ApiMessage request, Caller caller) -> {
            throw new IllegalSaslStateException(key + " is not expected now.");
        });
    }

    /**
     * Answers a request.
     *
     * @return null for no response
     */
    ApiMessage answer(Frames.Request request, Caller caller) {
        Entry entry = entries.get(request.key());
        try {
            if (entry == null) {
                throw new UnsupportedVersionException("This broker does not serve " + request.key() + ".");
            }
            boolean isServed = request.version() >= entry.lowest && request.version() <= entry.highest;
            if (!isServed && request.key() != ApiKeys.API_VERSIONS) {
                throw new UnsupportedVersionException("This broker serves " + request.key() + " in versions "
                        + entry.lowest + " to " + entry.highest + ".");
            }
            return entry.call.answer(request.data(), caller);
        } catch (RuntimeException e) {
            Throwable cause = KafkaErrors.cause(e);
            return request.body()
                    .getErrorResponse(0, KafkaErrors.of(cause).exception(cause.getMessage()))
                    .data();
        }
    }

    private ApiMessage apiVersions(ApiVersionsRequestData request, Caller caller) {
        ApiVersionsResponseData response = new ApiVersionsResponseData();
        if (caller.version() > entries.get(ApiKeys.API_VERSIONS).highest) {
            response.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        }
        entries.forEach((key, entry) -> response.apiKeys()
                .add(new ApiVersionsResponseData.ApiVersion()
                        .setApiKey(key.id)
                        .setMinVersion(entry.advertisedLowest)
                        .setMaxVersion(entry.highest)));
        return response;
    }
}
