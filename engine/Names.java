package engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The rules for names of topics, groups, consumers and producers. They are Kafka's rules for topics ({@code
 * org.apache.kafka.common.internals.Topic}). Stateless.
 */
public final class Names {
    public static final int MAX_LENGTH = 249;

    /** The pattern of legal names. The names {@code .} and {@code ..} match, but are refused. */
    public static final String PATTERN = "[A-Za-z0-9._-]{1," + MAX_LENGTH + "}";

    /** Separates the owner from the name in the id of a consumer or producer: see {@link #qualified}. */
    public static final char OWNER_SEPARATOR = ':';

    private static final Pattern LEGAL = Pattern.compile(PATTERN);

    private Names() {}

    /**
     * Returns the name if it is legal.
     *
     * @throws EngineException INVALID with the name of the field, if it is not legal
     */
    public static String require(String field, String name) {
        if (LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..")) {
            return name;
        }
        throw EngineException.invalid(
                field,
                "must be 1 to " + MAX_LENGTH + " characters of A-Z a-z 0-9 . _ - (but not . or ..), but is "
                        + abbreviated(name));
    }

    /**
     * The id of a consumer or producer that belongs to an owner: {@code owner:name}. Because a name has no colon, two owners never have the
     * same id.
     */
    public static String qualified(String owner, String name) {
        return owner + OWNER_SEPARATOR + name;
    }

    /**
     * Returns the id of a consumer or producer if it is a legal name, with or without an owner.
     *
     * @throws EngineException INVALID with the name of the field, if it is not
     */
    public static String requireId(String field, String id) {
        int separator = id.indexOf(OWNER_SEPARATOR);
        if (separator >= 0) {
            require(field, id.substring(0, separator));
        }
        require(field, id.substring(separator + 1));
        return id;
    }

    /** As {@link #requireId}. If the id is null, generates one: the prefix and 8 random hexadecimal digits. */
    public static String requireIdOrCreate(String field, String id, String prefix) {
        return id != null
                ? requireId(field, id)
                : prefix + UUID.randomUUID().toString().substring(0, 8);
    }

    /** The known name that is most similar to the wanted one; empty if none is similar enough. */
    public static Optional<String> nearest(String wanted, Collection<String> known) {
        int threshold = Math.min(3, wanted.length() / 2);
        LevenshteinDistance distance = new LevenshteinDistance(threshold);
        return known.stream()
                .filter(name -> distance.apply(wanted, name) >= 0)
                .min(Comparator.comparing(name -> distance.apply(wanted, name)));
    }

    /** Returns the name in quotes. Only the first 40 characters of a longer name are shown. */
    public static String abbreviated(String name) {
        return name.length() <= 40
                ? '"' + name + '"'
                : '"' + name.substring(0, 40) + "...\" (" + name.length() + " characters)";
    }
}
