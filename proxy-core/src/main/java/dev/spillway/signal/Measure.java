package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import java.io.IOException;

/** A signal's files, open. What goes wrong is thrown with the reason that an operator is to see. */
interface Measure extends AutoCloseable {
    /** Reads what is in use now. */
    Reading read() throws IOException;

    /** Looks again at what seldom changes: limits, and where the process belongs. Called about once a second. */
    default void renew() throws IOException {}

    /** When what {@link #read} last gave was found out, a {@code System.nanoTime()}: at once, for most. */
    default long foundOutAt() {
        return System.nanoTime();
    }

    @Override
    void close();

    /** Opens the files of a signal. */
    interface Opening {
        /**
         * The signal's measure.
         *
         * @throws IOException with the reason, if the signal can't be measured here; nothing is left open
         */
        Measure open() throws IOException;
    }
}
