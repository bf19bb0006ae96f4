package http;

import java.util.Locale;

/** What a call does, for access rules. */
public enum Action {
    /** Nothing that needs a right: the call requires no token. */
    PUBLIC,
    /** Shows what the caller may know of. A caller that may do anything with a topic may describe it, as in Kafka. */
    DESCRIBE,
    PRODUCE,
    CONSUME,
    CREATE,
    DELETE,
    METRICS,
    LAB;

    /** The name in rules and in errors. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The right in an error, such as {@code the right 'produce'}. */
    public String inWords() {
        return "the right '" + word() + "'";
    }

    /** Whether a rule can allow it. */
    public boolean isInRules() {
        return compareTo(DESCRIBE) > 0;
    }

    /** Whether it is about the broker as a whole, not about a topic. */
    public boolean isOfBroker() {
        return this == METRICS || this == LAB;
    }
}
