package cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs a picocli command. A failure is one line on stderr and an exit code, never a stack trace. The exit code is 2 for
 * wrong usage, and 1 for every other failure.
 */
public final class Cli {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)?");

    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

    /** The option whose value must not be shown. */
    static final String TOKEN = "--token";

    private Cli() {}

    /** Loads classes on another thread while the caller parses its options. Returns at once. */
    public static void preload(Runnable loading) {
        Thread loader = new Thread(loading, "preload");
        loader.setDaemon(true);
        loader.start();
    }

    /** Runs the command in its context and returns its exit code. */
    public static int run(Object command, ProcessContext context, String... args) {
        CommandLine line = new CommandLine(command)
                .setExpandAtFiles(false) // a message may begin with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, Cli::duration)
                .setExecutionExceptionHandler(Cli::failure);
        context.connect(line);
        Environment environment = new Environment(line, context.variables());
        line.setParameterExceptionHandler((e, all) -> badUsage(e, all, environment));
        try {
            requireDecoded(line, args);
            return line.execute(environment.complete(args));
        } catch (ParameterException e) {
            return badUsage(e, args, environment);
        }
    }

    /** Rejects arguments that Java could not decode. Otherwise their replacement characters would be sent as text. */
    private static void requireDecoded(CommandLine line, String... args) {
        for (int i = 0; i < args.length; i++) {
            if (SystemCharset.isGarbled(args[i])) {
                throw new ParameterException(
                        line,
                        "Argument " + (i + 1) + shown(i, args) + SystemCharset.garbled()
                                + " A message can also be sent with --file or on stdin.");
            }
        }
    }

    /** The argument in quotes, unless it is a token. */
    private static String shown(int index, String... args) {
        boolean isToken = args[index].startsWith(TOKEN) || (index > 0 && args[index - 1].equals(TOKEN));
        return isToken ? " " : ", '" + args[index] + "', ";
    }

    /**
     * Parses {@code 500ms}, {@code 2s}, {@code 1m}, {@code 1h}, or a number of seconds without a unit, such as {@code
     * 0.5}.
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 500ms, 2s or 0.5");
        }
        long unit = MILLIS.get(matcher.group(2) == null ? "s" : matcher.group(2));
        return Duration.ofMillis(new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(unit))
                .longValue());
    }

    private static int badUsage(ParameterException e, String[] args, Environment environment) {
        CommandLine command = e.getCommandLine();
        Optional<String> unknown = unknownOption(e, args);
        // If a required option is misspelt, picocli reports it as missing: the misspelt option is the better message
        boolean isMisspelt = e instanceof MissingParameterException && unknown.isPresent();
        String message =
                isMisspelt ? "Unknown option: '" + unknown.get() + "'" : environment.nameVariables(e.getMessage());
        String hint = unknown.isPresent() && command.getCommand() instanceof UnknownOptionHint
                ? ((UnknownOptionHint) command.getCommand()).hint(unknown.get())
                : "";
        command.getErr()
                .println(command.getCommandName() + ": " + ControlCharacters.escapeLine(message)
                        + (hint.isEmpty() ? "" : ". " + hint)
                        + (SystemCharset.isGarbled(message) ? "" : " (--help shows the options)"));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static Optional<String> unknownOption(ParameterException e, String... args) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched.getUnmatched().stream()
                    .filter(arg -> arg.startsWith("-"))
                    .findFirst();
        }
        Map<String, OptionSpec> options = e.getCommandLine().getCommandSpec().optionsMap();
        for (int i = 0; e instanceof MissingParameterException && i < args.length && !args[i].equals("--"); i++) {
            OptionSpec option = options.get(args[i]);
            if (option != null && option.arity().max() > 0) {
                i++; // its value
            } else if (args[i].matches("-.+")
                    && !options.containsKey(
                            args[i].startsWith("--") ? args[i].replaceFirst("=.*", "") : args[i].substring(0, 2))) {
                return Optional.of(args[i]);
            }
        }
        return Optional.empty();
    }

    private static int failure(Exception e, CommandLine command, ParseResult parsed) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        command.getErr().println(command.getCommandName() + ": " + ControlCharacters.escapeLine(message));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
