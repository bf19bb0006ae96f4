package engine;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A list that may be too large for the memory. Each item is created when it is read.
 *
 * @param size the number of items, or more
 * @param items can be read once
 */
public record Listing<T>(int size, Stream<T> items) {
    /** Returns a list with the items that match. Consumes this list. */
    public Listing<T> filter(Predicate<? super T> condition) {
        return new Listing<>(size, items.filter(condition));
    }

    /** Returns a list with the mapped items. Consumes this list. */
    public <R> Listing<R> map(Function<? super T, ? extends R> mapper) {
        return new Listing<>(size, items.map(mapper));
    }
}
