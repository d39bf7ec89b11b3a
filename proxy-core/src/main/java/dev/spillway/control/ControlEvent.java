package dev.spillway.control;

import dev.spillway.flood.FloodEvent;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.limit.RoomEvent;
import dev.spillway.network.NetworkChange;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;

/** What the proxy has to tell, for the event log. Told on the controller's thread, but for what says otherwise. */
public sealed interface ControlEvent {
    /** An episode, an epoch. */
    record Pressure(PressureEvent event) implements ControlEvent {}

    /**
     * Event 4229 (S23): memory runs short and existing connections were closed to keep the proxy stable. Once an
     * episode, with its first epoch that closed any; and once for what a dry run would have closed in it.
     *
     * @param episode number of the episode
     * @param closed connections chosen to be closed in that epoch
     * @param freedBytes what they cost, in bytes
     * @param evaluation why
     * @param dryRun whether they were only recorded
     */
    record ConnectionsTerminated(long episode, int closed, long freedBytes, Evaluation evaluation, boolean dryRun)
            implements ControlEvent {}

    /**
     * Gentler steps than closing begin, or are over.
     *
     * @param on whether they are taken
     * @param reason why
     */
    record Restraint(boolean on, String reason) implements ControlEvent {}

    /**
     * Connections that MPP may not close take more together than they should, or no longer do. Once each time.
     *
     * @param raised whether they do
     * @param listener the one whose exempt connections take the most; empty if there is none any more
     * @param bytes what they take in all
     * @param budget what they may take
     */
    record ExemptAlarm(boolean raised, String listener, long bytes, long budget) implements ControlEvent {}

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

    /** A flood of SYNs has begun, or is over. */
    record SynFlood(FloodEvent event) implements ControlEvent {}
    /** Silent connections begin to be closed so that newcomers find room, or none had to be for a while. */
    record Room(RoomEvent event) implements ControlEvent {}
}
