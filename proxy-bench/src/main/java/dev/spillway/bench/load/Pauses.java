package dev.spillway.bench.load;

import java.io.IOException;

/**
 * Work that stands still for 4 ms of each 200, as that of a bad proxy might: two percent of the time, so that one percent of all
 * requests wait for 2 ms or more if each is counted from when it was due. A measurement that tells less hides pauses. Not for
 * concurrent use.
 */
public final class Pauses implements OpenLoop.Beside {
    /** The least that 99 % of latencies may come to. */
    public static final long LEAST_NANOS = 2_000_000;

    private static final long EVERY_NANOS = 200_000_000;
    private static final long PAUSE_NANOS = 2 * LEAST_NANOS;

    private final OpenLoop.Beside work;
    private final long start = System.nanoTime();

    /** Begins with a pause of {@code work}. */
    public Pauses(OpenLoop.Beside work) {
        this.work = work;
    }

    @Override
    public boolean turn() throws IOException {
        return (System.nanoTime() - start) % EVERY_NANOS >= PAUSE_NANOS && work.turn();
    }
}
