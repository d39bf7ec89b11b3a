/**
 * Who is closed (S2, S25): a demand and the facts of all connections in, a plan out. Pure: no Netty, no clock, no
 * chance. Start at {@link dev.spillway.prune.Pruner}; {@link dev.spillway.prune.VictimOrder} owns the ranking.
 */
package dev.spillway.prune;
