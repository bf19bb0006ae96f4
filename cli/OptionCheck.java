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
}
