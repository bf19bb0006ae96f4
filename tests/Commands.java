package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import cli.Cli;
import cli.ProcessContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import tests.Scripts.Result;

/**
 * Runs the commands in this process, each in a context of its own. That takes milliseconds, where {@link Scripts} takes 0.7 s of CPU
 * time for a process. A test of what depends on the process, such as its exit, a signal, a locale or a system property, uses {@link
 * Scripts}. Safe for any number of threads.
 */
final class Commands {
    private Commands() {}

    /** Runs a command to its end, with nothing on stdin: {@code run("Producer.java", "-t", "demo", "hi")}. */
    static Result run(String... command) {
        return run(Map.of(), new byte[0], command);
    }

    static Result runWithInput(byte[] stdin, String... command) {
        return run(Map.of(), stdin, command);
    }

    /** @param variables all environment variables that it has */
    static Result run(Map<String, String> variables, byte[] stdin, String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ProcessContext context = new ProcessContext(new ByteArrayInputStream(stdin), out, err, variables);
        int exitCode =
                Cli.run(newCommand(command[0], context), context, Arrays.copyOfRange(command, 1, command.length));
        return new Result(exitCode, out.toByteArray(), err.toString(UTF_8));
    }

    /** The scripts are in the unnamed package, from which no class can be imported. */
    static Object newCommand(String script, ProcessContext context) {
        try {
            return Class.forName(script.replaceFirst("\\.java$", ""))
                    .getConstructor(ProcessContext.class)
                    .newInstance(context);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(script + " is not a command", e);
        }
    }
}
