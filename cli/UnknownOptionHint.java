package cli;

/** A command that suggests what to do about an unknown option. */
public interface UnknownOptionHint {
    /**
     * Returns a sentence that says what to do, for an argument such as {@code --hello}; empty if there is no
     * suggestion.
     */
    String hint(String argument);
}
