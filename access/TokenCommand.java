package access;

import engine.EngineException;
import engine.Names;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that makes a token: it adds the hash to the access file, and prints the token once. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Make a token for a principal. Only its hash is stored, in the access file, so note the token.",
            "A broker that uses the file reads it again. The file is created if it does not exist.",
            ""
        })
public final class TokenCommand implements Callable<Integer> {
    private static final List<String> DEFAULT_ACTIONS = List.of("produce", "consume", "create");

    /** The number of digits of a hash that are printed. They distinguish the tokens of a file. */
    private static final int SHOWN_DIGITS = 8;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The principal. It is added if the file does not have it.")
    private String name;

    @Option(names = "--auth", paramLabel = "FILE", description = "The access file, in YAML or JSON.")
    private Path file;

    @Option(
            names = "--actions",
            paramLabel = "ACTION",
            split = ",",
            description =
                    "What a new principal may do: produce, consume, create, delete, metrics, lab, or * (default: produce,consume,create).")
    private List<String> actions;

    @Option(
            names = "--topics",
            paramLabel = "NAME",
            split = ",",
            description =
                    "With which topics, for a new principal; a name that ends in * is a prefix (default: NAME-*).")
    private List<String> topics;

    @Option(
            names = "--groups",
            paramLabel = "NAME",
            split = ",",
            description = "In which groups, for a new principal; a name that ends in * is a prefix (default: NAME-*).")
    private List<String> groups;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try {
            Names.require("NAME", name);
        } catch (EngineException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Path target = file == null ? fileOfParent() : file;
        if (target == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--auth FILE'");
        }
        try {
            add(AccessFileEditor.open(target), target);
        } catch (IOException e) {
            throw new IOException(target + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private void add(AccessFileEditor editor, Path target) throws IOException {
        boolean isNew = !editor.hasPrincipal(name);
        if (!isNew && (actions != null || topics != null || groups != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    target + " has the principal " + name
                            + " already. Change its rules in the file, and use this command without --actions, --topics and --groups");
        }
        AccessFileEditor.NewPrincipal principal = new AccessFileEditor.NewPrincipal(
                name, actions == null ? DEFAULT_ACTIONS : actions, orOwn(topics), orOwn(groups));
        String token = Tokens.create();
        String hash = HexFormat.of().formatHex(Tokens.hash(token));
        editor.addToken(principal, hash);
        report(token, hash, isNew ? principal : null, target);
    }

    /**
     * Only the token goes to stdout, so that a script can store it.
     *
     * @param added null if the file had the principal
     */
    private void report(String token, String hash, AccessFileEditor.NewPrincipal added, Path target) {
        PrintWriter err = spec.commandLine().getErr();
        if (added == null) {
            err.println("token: added a token of principal " + name + " to " + target + ". Its rules are as before.");
        } else {
            err.println("token: added principal " + name + " to " + target + ". Actions "
                    + String.join(", ", added.actions()) + "; topics " + String.join(", ", added.topics())
                    + "; groups " + String.join(", ", added.groups()) + ".");
        }
        err.println("token: the hash of the token begins with " + hash.substring(0, SHOWN_DIGITS)
                + ". To revoke the token, remove its hash from the file.");
        err.println("token: clients take it with --token-file FILE or BROKER_TOKEN. It is not shown again.");
        spec.commandLine().getOut().println(token);
    }

    private List<String> orOwn(List<String> names) {
        return names == null ? List.of(name + "-*") : names;
    }

    private Path fileOfParent() {
        OptionSpec option = spec.parent() == null ? null : spec.parent().findOption("--auth");
        return option == null ? null : option.getValue();
    }
}
