package kafka.protocol;

import engine.Reservation;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Parses requests and serializes responses of Kafka's protocol, with the generated classes of kafka-clients. These are not public API, and
 * change between versions: this is the only class that uses them for the frames.
 *
 * <pre>
 *   size (4 bytes) | header: API key, version, correlation id, client id, tags | body
 *   size (4 bytes) | header: correlation id, tags                              | body
 * </pre>
 *
 * Stateless.
 */
final class Frames {
    private Frames() {}

    /** A request. */
    record Request(RequestHeader header, AbstractRequest body) {
        ApiKeys key() {
            return header.apiKey();
        }

        short version() {
            return header.apiVersion();
        }

        ApiMessage data() {
            return body.data();
        }
    }

    /**
     * Parses a request, without its size.
     *
     * @throws InvalidRequestException if it is malformed, or has an unknown key or version
     */
    static Request parse(ByteBuffer frame) {
        RequestHeader header = RequestHeader.parse(frame);
        if (header.apiKey() == ApiKeys.API_VERSIONS && !header.isApiVersionSupported()) {
            // The body is not read. A newer client asks with its newest version first, and gets an answer in version 0.
            return new Request(
                    header, new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0, header.apiVersion()));
        }
        if (!header.isApiVersionSupported()) {
            throw new InvalidRequestException("version " + header.apiVersion() + " of " + header.apiKey());
        }
        try {
            ByteBufferAccessor body = new ByteBufferAccessor(frame);
            return new Request(
                    header, AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), body).request);
        } catch (RuntimeException e) { // for example, a BufferUnderflowException
            throw new InvalidRequestException("malformed " + header.apiKey() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Serializes a response, with its size.
     *
     * @param memory of its array
     * @throws engine.EngineException OVERLOADED, TOO_LARGE
     */
    static ByteBuffer serialize(Request request, ApiMessage response, Reservation memory) {
        boolean isUnsupported = !request.header().isApiVersionSupported();
        short version = isUnsupported ? 0 : request.version();
        ResponseHeaderData header = request.header().toResponseHeader().data();
        short headerVersion = isUnsupported ? 0 : request.key().responseHeaderVersion(version);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        header.addSize(size, cache, headerVersion);
        response.addSize(size, cache, version);
        int length = Integer.BYTES + size.totalSize();
        ByteBuffer frame = ByteBuffer.wrap(memory.array(length), 0, length);
        ByteBufferAccessor target = new ByteBufferAccessor(frame);
        target.writeInt(size.totalSize());
        header.write(target, cache, headerVersion);
        response.write(target, cache, version);
        target.flip();
        return frame;
    }
}
