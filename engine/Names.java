package engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The rule for topics, consumer ids and producer ids: Kafka's own for topics ({@code org.apache.kafka.common.internals.Topic}). */
public final class Names {
    public static final int MAX_LENGTH = 249;

    /** What names look like; besides, {@code .} and {@code ..} are refused. */
    public static final String PATTERN = "[A-Za-z0-9._-]{1," + MAX_LENGTH + "}";

    private static final Pattern LEGAL = Pattern.compile(PATTERN);

    private Names() {}

    /**
     * Returns the name if it is legal.
     *
     * @throws EngineException INVALID, naming the field, if it is not
     */
    public static String require(String field, String name) {
        if (LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..")) {
            return name;
        }
        throw EngineException.invalid(
                field,
                "must be 1 to " + MAX_LENGTH + " of A-Z a-z 0-9 . _ - (and not . or ..), but is " + abbreviated(name));
    }

    /** Returns the name if there is one and it is legal; else a fresh one: the prefix and 8 hexadecimal digits. */
    public static String requireOrCreate(String field, String name, String prefix) {
        return name != null
                ? require(field, name)
                : prefix + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Of the known names the one that the wanted one was most likely meant to be, if any is near enough. */
    public static Optional<String> nearest(String wanted, Collection<String> known) {
        int threshold = Math.min(3, wanted.length() / 2);
        LevenshteinDistance distance = new LevenshteinDistance(threshold);
        return known.stream()
                .filter(name -> distance.apply(wanted, name) >= 0)
                .min(Comparator.comparing(name -> distance.apply(wanted, name)));
    }

    /** In quotes, and cut if it is long. */
    public static String abbreviated(String name) {
        return name.length() <= 40
                ? '"' + name + '"'
                : '"' + name.substring(0, 40) + "...\" (" + name.length() + " characters)";
    }
}
