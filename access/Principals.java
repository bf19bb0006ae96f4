package access;

import http.RouteTable;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The principals of an access file, by token. Safe for any number of threads. */
final class Principals {
    /** By the start of the hash. The rest is compared in constant time. */
    private final Map<Integer, List<Token>> byHash = new HashMap<>();

    /** A token, and what {@link AccessControl} has made for it. */
    static final class Token {
        private final byte[] hash;
        private final Principal owner;
        private volatile RouteTable routes;

        private Token(byte[] hash, Principal owner) {
            this.hash = hash;
            this.owner = owner;
        }

        Principal owner() {
            return owner;
        }

        /** Returns the routes of the token. Makes them if it has none yet. */
        RouteTable routesOr(Supplier<RouteTable> maker) {
            RouteTable known = routes;
            if (known == null) {
                known = maker.get();
                routes = known;
            }
            return known;
        }
    }

    Principals(List<Principal> principals) {
        for (Principal principal : principals) {
            for (byte[] hash : principal.tokenHashes()) {
                byHash.computeIfAbsent(startOf(hash), start -> new ArrayList<>())
                        .add(new Token(hash, principal));
            }
        }
    }

    /** The token with this SHA-256 hash; null if nobody has it. */
    Token find(byte[] hash) {
        for (Token one : byHash.getOrDefault(startOf(hash), List.of())) {
            if (MessageDigest.isEqual(one.hash, hash)) {
                return one;
            }
        }
        return null;
    }

    private static int startOf(byte[] hash) {
        return hash[0] << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | (hash[3] & 0xff);
    }
}
