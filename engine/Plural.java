package engine;

/** Formats numbers with a noun. Stateless. */
public final class Plural {
    private Plural() {}

    /** For example {@code 1 message}, {@code 2 messages}. The plural of {@code noun} must end in s. */
    public static String of(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
