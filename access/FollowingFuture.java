package access;

import engine.EngineException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/** A future with the result of another one, but with other errors. Unlike the futures of the JDK, cancelling it cancels the other one. */
final class FollowingFuture<T> extends CompletableFuture<T> {
    private final CompletableFuture<T> source;

    private FollowingFuture(CompletableFuture<T> source, UnaryOperator<EngineException> errors) {
        this.source = source;
        source.whenComplete((result, failure) -> {
            if (failure == null) {
                complete(result);
            } else {
                completeExceptionally(mapped(failure, errors));
            }
        });
    }

    /** @param errors maps the errors of the engine; others stay as they are */
    static <T> CompletableFuture<T> of(CompletableFuture<T> source, UnaryOperator<EngineException> errors) {
        return source.isDone() && !source.isCompletedExceptionally() ? source : new FollowingFuture<>(source, errors);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return source.cancel(mayInterruptIfRunning);
    }

    private static Throwable mapped(Throwable failure, UnaryOperator<EngineException> errors) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof EngineException e ? errors.apply(e) : cause;
    }
}
