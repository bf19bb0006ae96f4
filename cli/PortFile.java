package cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A file that tells other programs the port of a broker. It exists once the broker accepts requests. For one thread.
 */
public final class PortFile {
    private final Path file;

    public PortFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * The file of the option {@code --port-file}. It is deleted if it exists.
     *
     * @param file null without the option
     * @return null without the option
     * @throws picocli.CommandLine.ParameterException if the file cannot be written
     * @throws IOException if it cannot be deleted
     */
    public static PortFile cleared(Path file, CommandSpec spec) throws IOException {
        if (file == null) {
            return null;
        }
        PortFile portFile = new PortFile(file);
        OptionCheck.require(
                spec, portFile.isPossible(), "--port-file", "its folder does not exist, or it is a folder, not a file");
        portFile.clear();
        return portFile;
    }

    /** Whether the file can be written: its folder exists, and it is not a folder itself. */
    public boolean isPossible() {
        Path folder = file.getParent();
        return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
    }

    /** Removes the file of an earlier run, so that no program that waits for the file reads an old port. */
    public void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    /** Writes the file atomically, so that no program that waits for it reads half of it. */
    public void write(int port) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.writeString(draft, port + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
