package dev.spillway.limit;

/** What there is to tell of silent connections that make room: a bout of it begins, and later it is over. */
public sealed interface RoomEvent {
    /** What there was too little of. */
    Shortage shortage();

    /**
     * The first were closed.
     *
     * @param closed how many until this was told
     * @param halfOpen how many half-open connections there are that may be closed
     * @param mostHalfOpen how many there may be
     */
    record Begun(Shortage shortage, long closed, long halfOpen, long mostHalfOpen) implements RoomEvent {}

    /**
     * None has been closed for a while.
     *
     * @param durationNanos from the first look that found some closed to the last
     * @param closed how many
     * @param peakPerSecond the most between two looks, as so many a second
     */
    record Over(Shortage shortage, long durationNanos, long closed, long peakPerSecond) implements RoomEvent {}
}
