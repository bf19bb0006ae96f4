package storage;

import java.io.IOException;

/** A data directory cannot be used. The message is for people: it says why, and what to do next. */
@SuppressWarnings("serial") // an exception is not serialized here
final class StorageException extends IOException {
    StorageException(String message) {
        super(message);
    }
}
