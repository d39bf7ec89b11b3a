package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;

/**
 * A source whose newcomers were refused so often that they had better be kept out where it costs least.
 *
 * @param source its address, or prefix
 * @param refused how many of its newcomers were refused, at least; older ones count less
 * @param uncertain by how much that may be too low
 * @param until when it has to be let in again, so that it can be seen whether it still comes: a nanosecond time
 */
public record Offender(SourceGroup source, long refused, long uncertain, long until) {}
