package http;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Request;

/** Notices that a client has gone while its answer is being waited for. */
final class HangUp {
    private HangUp() {}

    /** Cancels the answer if the connection ends first. */
    static void cancel(CompletableFuture<?> answer, Request request) {
        request.addFailureListener(failure -> answer.cancel(false));
    }
}
