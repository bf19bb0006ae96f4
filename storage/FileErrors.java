package storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes errors of the file system in words. Stateless. */
final class FileErrors {
    private FileErrors() {}

    /** The message of the operating system, with the file if it is known. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + ": a file with this name is in the way";
        }
        if (e instanceof NotDirectoryException) {
            return e.getMessage() + ": not a folder";
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + ": no such file or folder";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
