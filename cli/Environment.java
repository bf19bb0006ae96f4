package cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The environment variables of a command. An option names its variable as its description key. A variable sets its
 * option if the command line does not. A blank variable counts as absent. For one thread.
 */
final class Environment {
    /** The value that Kubernetes and Docker give to NAME_PORT for a service with that name. */
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    private final CommandLine command;
    private final Map<OptionSpec, String> values = new LinkedHashMap<>();

    /** The options that are set by their variable. */
    private final List<OptionSpec> completed = new ArrayList<>();

    Environment(CommandLine command, Map<String, String> variables) {
        this.command = command;
        for (OptionSpec option : command.getCommandSpec().options()) {
            String value = option.descriptionKey() == null
                    ? ""
                    : variables.getOrDefault(option.descriptionKey(), "").strip();
            if (!value.isEmpty()) {
                values.put(option, value);
            }
        }
    }

    /**
     * Returns the arguments, and before them an option for each variable that is used.
     *
     * @throws ParameterException if a variable cannot be decoded
     */
    String[] complete(String... args) {
        ParseResult given = values.isEmpty() ? null : parse(args);
        if (given == null) {
            return args;
        }
        values.forEach((option, value) -> {
            if (!isGiven(option, given) && !isServiceLink(option, value)) {
                requireNoAlternative(option);
                completed.add(option);
            }
        });
        Stream<String> options =
                completed.stream().map(option -> option.longestName() + "=" + decoded(option, values.get(option)));
        return Stream.concat(options, Stream.of(args)).toArray(String[]::new);
    }

    /** Whether the command line has the option, or another one that excludes it. */
    private static boolean isGiven(OptionSpec option, ParseResult given) {
        return alternatives(option).stream().anyMatch(given::hasMatchedOption);
    }

    /** @throws ParameterException if the variable of an option that excludes this one is used already */
    private void requireNoAlternative(OptionSpec option) {
        Set<String> alternatives = alternatives(option);
        for (OptionSpec other : completed) {
            if (alternatives.contains(other.longestName())) {
                throw new ParameterException(
                        command,
                        other.descriptionKey() + " and " + option.descriptionKey()
                                + " are both set. Unset one of them");
            }
        }
    }

    /** The names of the option and of those that exclude it. Names, because picocli copies the options of a group. */
    private static Set<String> alternatives(OptionSpec option) {
        ArgGroupSpec group = option.group();
        return group != null && group.exclusive() && group.validate()
                ? group.allOptionsNested().stream().map(OptionSpec::longestName).collect(Collectors.toSet())
                : Set.of(option.longestName());
    }

    /** The parsed command line; null if it is invalid or asks for help. */
    private ParseResult parse(String... args) {
        try {
            ParseResult given = command.parseArgs(args);
            return given.isUsageHelpRequested() || given.isVersionHelpRequested() ? null : given;
        } catch (ParameterException e) {
            return null; // the command itself reports it
        }
    }

    private boolean isServiceLink(OptionSpec option, String value) {
        boolean isLink =
                option.type() == int.class && SERVICE_LINK.matcher(value).matches();
        if (isLink) {
            command.getErr()
                    .println(command.getCommandName() + ": " + option.descriptionKey() + "=" + value
                            + " is ignored, because Kubernetes or Docker has set it for a service. Use "
                            + option.longestName() + " instead.");
        }
        return isLink;
    }

    private String decoded(OptionSpec option, String value) {
        if (SystemCharset.isGarbled(value)) {
            throw new ParameterException(
                    command,
                    "Environment variable " + option.descriptionKey()
                            + (option.longestName().equals(Cli.TOKEN) ? " " : ", '" + value + "', ")
                            + SystemCharset.garbled());
        }
        return value;
    }

    /** Returns an error message that names the variable instead of the option, if the variable has set the option. */
    String nameVariables(String message) {
        String named = message;
        for (OptionSpec option : completed) {
            named = named.replace(
                    "option '" + option.longestName() + "'", "environment variable " + option.descriptionKey());
        }
        return named;
    }
}
