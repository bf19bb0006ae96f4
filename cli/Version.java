package cli;

/** The version of mini-kafka. All commands, and the OpenAPI document, take it from here. */
public final class Version {
    public static final String NUMBER = "0.1.0";

    /** As {@code --version} prints it. */
    public static final String TEXT = "mini-kafka " + NUMBER;

    private Version() {}
}
