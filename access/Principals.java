package access;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The principals of an access file, by token. Immutable. */
final class Principals {
    /** By the start of the hash. The rest is compared in constant time. */
    private final Map<Integer, List<Token>> byHash = new HashMap<>();

    private record Token(byte[] hash, Principal principal) {}

    Principals(List<Principal> principals) {
        for (Principal principal : principals) {
            for (byte[] hash : principal.tokenHashes()) {
                byHash.computeIfAbsent(startOf(hash), start -> new ArrayList<>())
                        .add(new Token(hash, principal));
            }
        }
    }

    /** The owner of the token with this SHA-256 hash; null if nobody has it. */
    Principal ownerOf(byte[] hash) {
        for (Token one : byHash.getOrDefault(startOf(hash), List.of())) {
            if (MessageDigest.isEqual(one.hash, hash)) {
                return one.principal;
            }
        }
        return null;
    }

    private static int startOf(byte[] hash) {
        return hash[0] << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | (hash[3] & 0xff);
    }
}
