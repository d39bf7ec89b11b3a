package dev.spillway.limit;

import java.util.Locale;

/** What a limit says to a newcomer. */
public sealed interface Entry {
    /**
     * It may come in, and counts as half-open until its place is left, and as a connection until it has ended; each is to be
     * said once, the end last.
     *
     * @param slot where it counts
     * @param stamp of whom that slot was then; what is left after it was given to another changes nothing
     */
    record Place(int slot, long stamp) implements Entry {
        /** Of a newcomer that nothing is counted of. */
        public static final Place UNCOUNTED = new Place(-1, 0);
    }

    /** It may not, because of this. */
    enum Denial implements Entry {
        /** Too many newcomers in a short time. */
        RATE,
        /** Too many connections that carry no data yet. */
        HALF_OPEN,
        /** Too many connections. */
        CONNECTIONS;

        /** The word used in logs and the API: that of the value which was met. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
