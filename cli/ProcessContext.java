package cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import picocli.CommandLine;

/**
 * What a command uses of its process: the standard streams and the environment variables. Several commands can run in one
 * process if each has its own context. Its streams are as safe for threads as the streams that it is made of.
 */
public final class ProcessContext {
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final OutputStream rawOut;
    private final Map<String, String> variables;

    /** The charset of the text that the command prints; null for the charset that picocli finds. */
    private final Charset charset;

    /** Whether the command is the only one of its process. If not, none of its streams is a terminal. */
    private final boolean ownsProcess;

    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Null if the command does not serve, or not yet. */
    private volatile IntSupplier stop;

    private volatile int exitCode;

    private ProcessContext(
            InputStream in,
            PrintStream out,
            PrintStream err,
            OutputStream rawOut,
            Map<String, String> variables,
            Charset charset,
            boolean ownsProcess) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.rawOut = rawOut;
        this.variables = variables;
        this.charset = charset;
        this.ownsProcess = ownsProcess;
    }

    /** The context of a command that shares its process. It prints UTF-8, and none of its streams is a terminal. */
    public ProcessContext(InputStream in, OutputStream out, OutputStream err, Map<String, String> variables) {
        this(in, utf8(out), utf8(err), out, variables, StandardCharsets.UTF_8, false);
    }

    /**
     * The context of the only command of this process. In an ASCII environment, Java would print a question mark for every
     * other character: there, {@link System#out} and {@link System#err} are replaced, so that they print UTF-8.
     */
    public static ProcessContext ofThisProcess() {
        boolean isAscii = SystemCharset.get().equals(StandardCharsets.US_ASCII);
        if (isAscii) {
            System.setOut(utf8(System.out));
            System.setErr(utf8(System.err));
        }
        return new ProcessContext(
                System.in,
                System.out,
                System.err,
                new FileOutputStream(FileDescriptor.out),
                System.getenv(),
                isAscii ? StandardCharsets.UTF_8 : null,
                true);
    }

    private static PrintStream utf8(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    public InputStream in() {
        return in;
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    /** Standard output without a buffer. Unlike {@link #out}, it throws if it cannot be written. */
    public OutputStream rawOut() {
        return rawOut;
    }

    public boolean isInTerminal() {
        return ownsProcess && Terminal.isStdin();
    }

    public boolean isOutTerminal() {
        return ownsProcess && Terminal.isStdout();
    }

    public boolean isErrTerminal() {
        return ownsProcess && Terminal.isStderr();
    }

    /**
     * Registers how to stop a command that serves. In a process of its own, a signal stops it.
     *
     * @param stop returns the exit code
     */
    public void onStop(IntSupplier stop) {
        this.stop = stop;
        if (ownsProcess) {
            // halt, because the exit code after a signal would be 130 or 143: a signal is the normal way to stop
            Runnable halt = () -> Runtime.getRuntime().halt(Math.max(exitCode, stop.getAsInt()));
            Runtime.getRuntime().addShutdownHook(new Thread(halt, "shutdown"));
        }
    }

    /** Waits until {@link #stop} is called, stops the command, and returns its exit code. */
    public int awaitStop() throws InterruptedException {
        stopping.await();
        return stop.getAsInt();
    }

    /** Tells a command that shares its process to stop. Returns at once. */
    public void stop() {
        stopping.countDown();
    }

    /** Ends the process of a command that has returned. */
    public void exit(int code) {
        exitCode = code;
        System.exit(code);
    }

    Map<String, String> variables() {
        return variables;
    }

    /** Makes a command print here. */
    void connect(CommandLine line) {
        if (charset != null) {
            line.setOut(new PrintWriter(out, true, charset));
            line.setErr(new PrintWriter(err, true, charset));
        }
    }
}
