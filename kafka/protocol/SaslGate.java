package kafka.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * SASL/PLAIN (RFC 4616) on one connection: the user name is the name of a principal, and the password is one of its tokens. Before a client
 * is authenticated, it may only ask for the versions of the APIs, and authenticate. For one thread.
 */
final class SaslGate {
    private static final String PLAIN = "PLAIN";

    private final ApiTable all;
    private final Authenticator authenticator;
    private Authenticator.Session session;
    private boolean hasFailed;

    /**
     * @param all the APIs to announce
     * @param authenticator null if clients need no authentication
     */
    SaslGate(ApiTable all, Authenticator authenticator) {
        this.all = all;
        this.authenticator = authenticator;
    }

    /** Whether the connection must be closed after the last response. */
    boolean isClosed() {
        return hasFailed;
    }

    /**
     * Answers a request.
     *
     * @return null for no response
     * @throws IllegalSaslStateException if the client must authenticate first, or its token was revoked: the connection must be closed
     */
    ApiMessage answer(Frames.Request request, Caller caller) {
        if (request.key() == ApiKeys.API_VERSIONS || authenticator == null) {
            return all.answer(request, caller);
        }
        if (request.key() == ApiKeys.SASL_HANDSHAKE) {
            return handshake((SaslHandshakeRequestData) request.data());
        }
        if (request.key() == ApiKeys.SASL_AUTHENTICATE) {
            return authenticate((SaslAuthenticateRequestData) request.data());
        }
        if (session == null || session.isRevoked().getAsBoolean()) {
            throw new IllegalSaslStateException("The client has not authenticated, or its token was revoked.");
        }
        return session.apis().answer(request, caller);
    }

    private ApiMessage handshake(SaslHandshakeRequestData request) {
        SaslHandshakeResponseData response = new SaslHandshakeResponseData().setMechanisms(List.of(PLAIN));
        return request.mechanism().equals(PLAIN)
                ? response
                : response.setErrorCode(Errors.UNSUPPORTED_SASL_MECHANISM.code());
    }

    private ApiMessage authenticate(SaslAuthenticateRequestData request) {
        String[] parts = new String(request.authBytes(), StandardCharsets.UTF_8).split("\0", -1);
        boolean isPlain = parts.length == 3 && (parts[0].isEmpty() || parts[0].equals(parts[1]));
        session = isPlain ? authenticator.authenticate(parts[1], parts[2]) : null;
        hasFailed = session == null;
        return hasFailed
                ? new SaslAuthenticateResponseData()
                        .setErrorCode(Errors.SASL_AUTHENTICATION_FAILED.code())
                        .setErrorMessage("The user name must be the name of a principal of the access file, and the "
                                + "password one of its tokens.")
                : new SaslAuthenticateResponseData();
    }
}
