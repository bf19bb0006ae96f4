package client;

/** Makes messages of lines of text, with one key for all, or each with a key of its own. For one thread. */
public final class TextMessages {
    private final String key;
    private final String givenSeparator;
    private final String separator;
    private final boolean emptyIsNull;
    private long lines;
    private long withoutSeparator;

    /**
     * @param key of a line without the separator; null for none
     * @param separator between key and value, with the escapes of {@link InputText#unescaped}; null if lines have no
     *     keys
     * @param emptyIsNull whether an empty value makes a tombstone
     */
    public TextMessages(String key, String separator, boolean emptyIsNull) {
        this.key = key;
        this.givenSeparator = separator;
        this.separator = separator == null ? null : InputText.unescaped(separator);
        this.emptyIsNull = emptyIsNull;
    }

    /**
     * Makes a message of a line.
     *
     * @throws InputException if it is to be a tombstone, but has no key
     */
    public OutgoingMessage message(String line) {
        int at = separator == null ? -1 : line.indexOf(separator);
        lines++;
        withoutSeparator += at < 0 ? 1 : 0;
        return at < 0 ? message(line, key) : message(line.substring(at + separator.length()), line.substring(0, at));
    }

    private OutgoingMessage message(String value, String ofKey) {
        boolean isNull = emptyIsNull && value.isEmpty();
        if (isNull && ofKey == null) {
            throw new InputException("has an empty value, which -Z sends as null, but it has no key.");
        }
        return OutgoingMessage.of(isNull ? null : value, ofKey);
    }

    /** Says how many lines had no separator, and what became of them; null if there is nothing to say. */
    public String missingSeparators() {
        if (separator == null || withoutSeparator == 0) {
            return null;
        }
        boolean isNone = withoutSeparator == lines;
        return (isNone ? "none" : "only " + (lines - withoutSeparator)) + " of " + lines
                + (lines == 1 ? " message" : " messages") + " had the separator '" + givenSeparator + "' (-K). "
                + (isNone ? "All" : "The others") + " were sent "
                + (key == null ? "without a key." : "with the key '" + key + "'.");
    }
}
