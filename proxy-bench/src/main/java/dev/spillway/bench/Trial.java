package dev.spillway.bench;

import dev.spillway.bench.load.LoadFailure;
import java.io.IOException;

/** One kind of measurement that all subjects are put to, in turn and in rounds. */
interface Trial {
    /** Short name, for {@code --only} and for what failed. */
    String id();

    /** The unit of what {@link #warmUp} returns. */
    String unit();

    /** The same as a measurement, and thrown away; returns the figure that has to become steady. */
    double warmUp(Subject subject) throws IOException, LoadFailure, InterruptedException;

    /** Measures, and keeps the figures as those of {@code round}, counted from 0. */
    void measure(Subject subject, int round) throws IOException, LoadFailure, InterruptedException;
}
