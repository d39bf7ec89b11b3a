package dev.spillway.syn;

/**
 * Sources all of whose SYNs are dropped.
 *
 * @param source which
 * @param weight how much is lost by letting them in, in any unit; where there is no room for all, those with the least are
 *     let in
 */
public record Offender(Prefix source, long weight) {}
