package access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes tokens and their hashes. A token has 256 random bits. Therefore its SHA-256 hash needs neither a salt nor many rounds, unlike the
 * hash of a password. Stateless.
 */
final class Tokens {
    /** Lets programs that search for secrets recognize a token. */
    private static final String PREFIX = "mk_";

    private static final int RANDOM_BYTES = 32;

    /** Looking up the algorithm takes longer than hashing a token. */
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Tokens::sha256);

    private Tokens() {}

    static String create() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** The SHA-256 hash, 32 bytes. */
    static byte[] hash(String token) {
        return SHA_256.get().digest(token.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
