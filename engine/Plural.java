package engine;

/** Numbers of things in words. */
public final class Plural {
    private Plural() {}

    /** For example {@code 1 message}, {@code 2 messages}; {@code noun} is one that takes an s. */
    public static String of(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
