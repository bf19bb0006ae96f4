package client;

import java.io.IOException;

/** A request may have been carried out, but its answer did not arrive; to send it again would not be the same. */
public final class AnswerLostException extends RuntimeException {
    AnswerLostException(IOException cause) {
        super("The connection broke before the answer was there.", cause);
    }
}
