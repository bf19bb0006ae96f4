package benchmark;

import java.util.Locale;

/** How the numbers of a row are written. */
enum Format {
    PER_SECOND("%,.0f/s"),
    SECONDS("%.2f s"),
    MILLIS("%.2f ms"),
    MICROS("%.1f us"),
    MEGABYTES("%,.0f MB"),
    COUNT("%,.0f"),
    ONE_DECIMAL("%,.1f");

    private final String pattern;

    Format(String pattern) {
        this.pattern = pattern;
    }

    String of(double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
