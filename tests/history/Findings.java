package tests.history;

import java.util.ArrayList;
import java.util.List;

/** The first anomalies that were found. For one thread at a time. */
final class Findings {
    private static final int MAX = 20;

    private final List<Finding> found = new ArrayList<>();

    Findings copy() {
        Findings copy = new Findings();
        copy.found.addAll(found);
        return copy;
    }

    void add(Anomaly anomaly, String detail) {
        if (found.size() < MAX) {
            found.add(new Finding(anomaly, detail));
        }
    }

    List<Finding> list() {
        return List.copyOf(found);
    }
}
