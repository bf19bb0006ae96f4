package benchmark;

import java.util.Locale;
import java.util.function.DoublePredicate;

/** What a number has to reach, and how to say so. */
record Bar(String text, DoublePredicate test) {
    static Bar atLeast(double ratio) {
        return new Bar(String.format(Locale.ROOT, "at least %.2f x", ratio), value -> value >= ratio);
    }

    static Bar atMost(double ratio) {
        return new Bar(String.format(Locale.ROOT, "at most %.2f x", ratio), value -> value <= ratio);
    }

    /** A bar for a number that is compared with no peer's. */
    static Bar noMoreThan(double limit, Format format) {
        return new Bar("at most " + format.of(limit), value -> value <= limit);
    }

    /** The other way round. */
    static Bar noLessThan(double limit, Format format) {
        return new Bar("at least " + format.of(limit), value -> value >= limit);
    }

    static Bar none() {
        return new Bar("", value -> true);
    }

    String met(double value) {
        return text.isEmpty() ? "" : test.test(value) ? "yes" : "no";
    }
}
