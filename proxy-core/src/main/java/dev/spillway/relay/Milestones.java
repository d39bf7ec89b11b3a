package dev.spillway.relay;

/** Told of the turns that a relay takes, on its event loop. */
public interface Milestones {
    /** Whether the first byte matters: asked before the client is read from. */
    boolean awaitFirstByte();

    /** The client has sent its first bytes, which are about to be passed on: at most once, if it matters. */
    void firstByte();

    /** The connection has ended: once. */
    void ended();
}
