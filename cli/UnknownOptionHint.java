package cli;

/** A command that knows what somebody may have meant by an option that does not exist. */
public interface UnknownOptionHint {
    /** A sentence on what to do, for an argument such as {@code --hello}; empty if there is nothing to say. */
    String hint(String argument);
}
