package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes access files for tests. */
final class Access {
    private Access() {}

    static String rules(String... principals) {
        return "{\"principals\": [" + String.join(",\n", principals) + "]}";
    }

    /** A principal whose token is {@code token-} and its name. */
    static String principal(String name, String... rules) {
        return "{\"name\": \"" + name + "\", \"token_sha256\": [\"" + sha256("token-" + name) + "\"], \"rules\": ["
                + String.join(",", rules) + "]}";
    }

    /** Each argument is a list of names, separated by commas. */
    static String rule(String actions, String topics, String groups) {
        return "{\"actions\": " + list(actions) + ", \"topics\": " + list(topics) + ", \"groups\": " + list(groups)
                + "}";
    }

    private static String list(String names) {
        return names.isEmpty() ? "[]" : "[\"" + names.replace(",", "\",\"") + "\"]";
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
