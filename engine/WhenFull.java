package engine;

import java.util.Locale;

/** What happens to a message for which a topic has no room. */
public enum WhenFull {
    /** It is refused. Room is made only from messages that every consumer of the topic has read. */
    REJECT,
    /** The oldest messages make room for it. */
    DROP_OLDEST;

    /**
     * Reads {@code reject} or {@code drop_oldest}; null is null.
     *
     * @throws EngineException INVALID if it is neither
     */
    public static WhenFull parse(String field, String text) {
        for (WhenFull one : values()) {
            if (one.text().equals(text)) {
                return one;
            }
        }
        if (text != null) {
            throw EngineException.invalid(field, "must be reject or drop_oldest, but is \"" + text + '"');
        }
        return null;
    }

    /** As it goes over the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
