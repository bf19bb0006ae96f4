package benchmark;

import java.io.IOException;
import java.util.List;

/** Something to compare. It starts what it needs, ends it again, and leaves rows for the table. */
interface Measure {
    /** What {@code --only} calls it. */
    String name();

    /** @throws IOException if something could not be started, took too long, or answered what it must not */
    List<Row> run(Bench bench) throws IOException, InterruptedException;
}
