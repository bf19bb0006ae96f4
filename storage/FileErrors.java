package storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Puts errors of the file system into words. */
final class FileErrors {
    private FileErrors() {}

    /** What the operating system says, and of which file, if that is known. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + ": there is a file in its place";
        }
        if (e instanceof NotDirectoryException) {
            return e.getMessage() + ": it is no folder";
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + ": it is not there";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
