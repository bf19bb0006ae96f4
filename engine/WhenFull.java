package engine;

import java.util.Locale;

/** What happens to a new message when the topic is full. */
public enum WhenFull {
    /** The message is refused. Only messages that all consumers of the topic have read are dropped to make room. */
    REJECT,
    /** The oldest messages are dropped to make room. */
    DROP_OLDEST;

    /**
     * Parses {@code reject} or {@code drop_oldest}.
     *
     * @param text null if absent
     * @return null if {@code text} is null
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

    /** The name in the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
