package storage;

import java.io.IOException;

/** A data directory cannot be used. The message is for the user: it gives the reason and says what to do. */
@SuppressWarnings("serial") // an exception is not serialized here
final class StorageException extends IOException {
    StorageException(String message) {
        super(message);
    }
}
