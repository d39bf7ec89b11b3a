package dev.spillway.flood;

import java.util.Optional;

/** What there is to tell of a flood of SYNs: it begins, and later it is over. */
public sealed interface FloodEvent {
    /**
     * It has begun.
     *
     * @param perSecond SYNs a second that could not be taken as they should, in the last window
     * @param signs those of the last window
     * @param hit where ours were dropped
     */
    record Started(long perSecond, Signs signs, Hit hit) implements FloodEvent {}

    /**
     * It is over.
     *
     * @param durationNanos from the beginning of the first window with enough signs to the end of the last
     * @param peakPerSecond the most signs a second, of any window
     * @param signs those from beginning to end
     * @param cookiesFailed answers to cookies that were wrong, in the same time
     * @param overflows of the drops, those for want of room in an accept queue
     * @param hit where ours were dropped
     */
    record Ended(long durationNanos, long peakPerSecond, Signs signs, long cookiesFailed, long overflows, Hit hit)
            implements FloodEvent {}

    /**
     * Which of our listeners dropped segments.
     *
     * @param listener the one with the most; empty if none did, so that it is somebody else's, or cookies served all
     * @param dropped how many it dropped
     */
    record Hit(Optional<String> listener, long dropped) {
        /** None did. */
        public static final Hit NONE = new Hit(Optional.empty(), 0);
    }
}
