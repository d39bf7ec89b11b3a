package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.Optional;

/** Reads one signal. Called by the controller's thread alone, every few milliseconds at the most. */
public interface SignalSource extends AutoCloseable {
    /** Which one. */
    Signal signal();

    /** The reading now, or empty while there is none to be had. */
    Optional<Reading> read();

    /** Why there is no reading to be had, if so. */
    Optional<String> unavailable();

    /**
     * When what {@link #read} last gave was found out, a {@code System.nanoTime()}. What is given back shows only in what
     * is found out later; for most signals every reading is found out at once.
     */
    default long foundOutAt() {
        return System.nanoTime();
    }

    /** Asks that what was given back show soon; may take as long as a collection. Does nothing where it shows at once. */
    default void settle() {}

    /** Tells the signal's high mark, when it has changed; for a source that makes sure before it gives such a reading. */
    default void highMark(double high) {}

    /** Lets go of what the source holds. */
    @Override
    default void close() {}
}
