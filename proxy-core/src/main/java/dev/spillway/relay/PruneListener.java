package dev.spillway.relay;

/** Told of each connection that was to be closed. */
@FunctionalInterface
public interface PruneListener {
    /** The connection has ended; {@code closed} says whether pruning did it. On its event loop, or the caller's thread. */
    void pruned(long id, boolean closed);
}
