package dev.spillway.control;

import dev.spillway.limit.RateLimitEvent;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;

/** What the control loop has to tell, for the event log. All of it is told on the controller's thread. */
public sealed interface ControlEvent {
    /** An episode, an epoch. */
    record Pressure(PressureEvent event) implements ControlEvent {}

    /**
     * Event 4229 (S23): memory runs short and existing connections were closed to keep the proxy stable. Once an
     * episode, with its first epoch that closed any.
     *
     * @param episode number of the episode
     * @param closed connections chosen to be closed in that epoch
     * @param freedBytes what they cost in user space, in bytes
     * @param evaluation why
     */
    record ConnectionsTerminated(long episode, int closed, long freedBytes, Evaluation evaluation)
            implements ControlEvent {}

    /** The connection rate limit (S16) begins to keep newcomers out, or has ceased to. */
    record RateLimit(RateLimitEvent event) implements ControlEvent {}
}
