package access;

import cli.LaunchCommand;
import cli.OptionCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options for access control. A picocli mixin. */
public final class AccessOptions {
    @Option(
            names = "--auth",
            paramLabel = "FILE",
            descriptionKey = "MINI_KAFKA_AUTH",
            description =
                    "Require a token for each request, and follow the rules of this access file, in YAML or JSON. Make a token with: "
                            + "token NAME --auth FILE (environment MINI_KAFKA_AUTH).")
    private Path file;

    /** @throws ParameterException if the file does not exist */
    public Path requireFile(CommandSpec spec) {
        OptionCheck.require(
                spec,
                Files.isRegularFile(file),
                "--auth",
                "the file " + file + " does not exist. Create it with: " + LaunchCommand.of("Broker")
                        + " token NAME --auth " + file);
        return file;
    }
}
