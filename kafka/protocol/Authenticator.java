package kafka.protocol;

import java.util.function.BooleanSupplier;

/** Authenticates clients by the tokens of the access file. Safe for any number of threads. */
public interface Authenticator {
    /**
     * The APIs for the owner of a token.
     *
     * @param name of the principal, as the client sent it
     * @return null if nobody of this name has this token
     */
    Session authenticate(String name, String token);

    /**
     * What an authenticated client may use.
     *
     * @param isRevoked whether its token was revoked: then the connection ends
     */
    record Session(ApiTable apis, BooleanSupplier isRevoked) {}
}
