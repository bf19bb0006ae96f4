package cli;

import java.io.Console;
import java.io.IOException;

/** Tells whether a standard stream is a terminal. Stateless. */
public final class Terminal {
    private Terminal() {}

    public static boolean isStdin() {
        return isTerminal(0);
    }

    public static boolean isStdout() {
        return isTerminal(1);
    }

    public static boolean isStderr() {
        return isTerminal(2);
    }

    /**
     * Runs {@code test -t}, because {@link System#console()} answers for stdin and stdout together, and each JDK
     * answers differently.
     */
    private static boolean isTerminal(int fileDescriptor) {
        try {
            return new ProcessBuilder("test", "-t", String.valueOf(fileDescriptor))
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchCommand) {
            return isConsoleTerminal(System.console());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Since Java 22, there is a console even if stdin or stdout is redirected. A method that is also new there tells
     * the difference.
     */
    @SuppressWarnings("SystemConsoleNull") // it is null before Java 22
    private static boolean isConsoleTerminal(Console console) {
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }
}
