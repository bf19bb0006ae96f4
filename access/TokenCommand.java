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
    private List<String> actions = List.of("produce", "consume", "create");

    @Option(
            names = "--topics",
            paramLabel = "NAME",
            split = ",",
            description = "With which topics; a name that ends in * is a prefix (default: NAME-*).")
    private List<String> topics;

    @Option(
            names = "--groups",
            paramLabel = "NAME",
            split = ",",
            description = "In which groups; a name that ends in * is a prefix (default: NAME-*).")
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
        String token = Tokens.create();
        try {
            boolean isNew = AccessFileEditor.addToken(
                    target,
                    new AccessFileEditor.NewPrincipal(name, actions, orOwn(topics), orOwn(groups)),
                    HexFormat.of().formatHex(Tokens.hash(token)));
            report(token, isNew, target);
        } catch (IOException e) {
            throw new IOException(target + ": " + e.getMessage(), e);
        }
        return 0;
    }

    /** Only the token goes to stdout, so that a script can store it. */
    private void report(String token, boolean isNew, Path target) {
        PrintWriter err = spec.commandLine().getErr();
        if (isNew) {
            err.println("token: added principal " + name + " to " + target + ". Actions "
                    + String.join(", ", actions) + "; topics " + String.join(", ", orOwn(topics)) + "; groups "
                    + String.join(", ", orOwn(groups)) + ".");
        } else {
            err.println("token: added a token of principal " + name + " to " + target + ". Its rules are as before.");
        }
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
