package dev.spillway.control;

import dev.spillway.limit.RateLimitEvent;
import dev.spillway.network.NetworkChange;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;

/** What the proxy has to tell, for the event log. Told on the controller's thread, but for what says otherwise. */
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

    /**
     * The SYN gate begins to keep newcomers out, once an episode, or is open again after it.
     *
     * @param refusing whether it keeps them out
     * @param reason why
     */
    record Gate(boolean refusing, String reason) implements ControlEvent {}

    /** A local address appeared, vanished, or has another profile (S4). Told on the thread that watches the network. */
    record Network(NetworkChange change) implements ControlEvent {}

    /** The connection rate limit (S16) begins to keep newcomers out, or has ceased to. */
    record RateLimit(RateLimitEvent event) implements ControlEvent {}
}
