package dev.spillway.pressure;

/** What happened to the pressure, for whoever tells the administrator. Carries the figures of trace events 1216–1220. */
public sealed interface PressureEvent {
    /** The number of the episode, from 1. */
    long episode();

    /** A signal crossed its high mark, or its re-entry mark soon after an episode. */
    record EpisodeStarted(long episode, Evaluation evaluation, boolean reentry) implements PressureEvent {}

    /** An epoch began with these rates. */
    record EpochStarted(long episode, long epoch, Rates before, Rates now, Evaluation evaluation)
            implements PressureEvent {}

    /**
     * Every signal is below its low mark again.
     *
     * @param durationNanos from start to end
     * @param epochs how many it took
     * @param peak the highest evaluation of the episode
     * @param closed connections MPP had closed for it; the close of the last may only be asked for
     * @param freedBytes what they had cost, in bytes
     * @param refused new connections refused by the SYN gate during it
     */
    record EpisodeEnded(
            long episode,
            long durationNanos,
            long epochs,
            Evaluation peak,
            Evaluation evaluation,
            long closed,
            long freedBytes,
            long refused)
            implements PressureEvent {}
}
