package cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that tells other programs on which port a broker serves, once it does. For one thread. */
public final class PortFile {
    private final Path file;

    public PortFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** Whether it can be written: its folder is there, and it is no folder itself. */
    public boolean isPossible() {
        Path folder = file.getParent();
        return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
    }

    /** Removes one from before: whoever waits for it must not take an old one. */
    public void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    /** Writes it at once: whoever waits for it to appear never reads half of it. */
    public void write(int port) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.writeString(draft, port + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
