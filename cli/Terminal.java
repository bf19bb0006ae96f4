package cli;

import java.io.Console;
import java.io.IOException;

/** Tells whether a person sits at the other end of a standard stream. */
public final class Terminal {
    private Terminal() {}

    public static boolean isStdin() {
        return isTerminal(0);
    }

    public static boolean isStderr() {
        return isTerminal(2);
    }

    /**
     * Asks {@code test -t}: {@link System#console()} answers for stdin and stdout together, and differently from one JDK to
     * the next.
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

    /** Since Java 22 there is a console also if stdin or stdout is redirected, and a method that tells it. */
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
