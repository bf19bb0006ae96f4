package cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Validates values of options. Stateless. */
public final class OptionCheck {
    private OptionCheck() {}

    /** @throws ParameterException if the condition is false; its message ends with {@code otherwise} */
    public static void require(CommandSpec spec, boolean condition, String option, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '" + option + "': " + otherwise);
        }
    }

    /** @throws ParameterException if the value is below {@code min} or above {@code max} */
    public static void requireRange(CommandSpec spec, String option, int value, int min, int max) {
        require(spec, value >= min && value <= max, option, value + " is not from " + min + " to " + max);
    }

    /**
     * Returns a host name without a port, because users may copy the port together with the name.
     *
     * @throws ParameterException if it is not a host name
     */
    public static String requireHostName(CommandSpec spec, String option, String given) {
        String name = given.strip().replaceFirst(":\\d+$", "");
        require(
                spec,
                HostName.isOne(name),
                option,
                "\"" + given + "\" is not a host name, such as broker.example.com. Addresses are always allowed");
        return name;
    }
}
