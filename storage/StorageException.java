package storage;

import java.io.IOException;

/** A data directory cannot be used. The message is for people: it says why, and what to do next. */
final class StorageException extends IOException {
    StorageException(String message) {
        super(message);
    }
}
