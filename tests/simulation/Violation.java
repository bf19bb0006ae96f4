package tests.simulation;

import com.google.errorprone.annotations.FormatMethod;

/** The broker gave an answer, or has a state, that the model does not allow. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }

    /** @throws Violation with this message, as {@link String#format} makes it, unless the condition holds */
    @FormatMethod
    static void unless(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new Violation(String.format(message, arguments));
        }
    }
}
