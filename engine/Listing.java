package engine;

import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A list that may be too large for the memory: each item is made when it is asked for.
 *
 * @param size how many items there are
 * @param items to be read once
 */
public record Listing<T>(int size, Stream<T> items) {
    /** The same list with each item turned into another. */
    public <R> Listing<R> map(Function<? super T, ? extends R> mapper) {
        return new Listing<>(size, items.map(mapper));
    }
}
