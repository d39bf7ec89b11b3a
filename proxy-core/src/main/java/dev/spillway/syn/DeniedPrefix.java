package dev.spillway.syn;

/**
 * An entry of the gate's denylist: sources all of whose SYNs are dropped.
 *
 * @param source which
 * @param weight how much is lost by letting them in, in any unit; where there is no room for all, those with the least are
 *     let in
 */
public record DeniedPrefix(Prefix source, long weight) {}
