package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;

/**
 * One connection to close, and why.
 *
 * @param connection as it was when chosen
 * @param guilt the reason
 * @param score the rank within its kind: cost in bytes × seconds without progress
 * @param gain what closing it is expected to give back, in the unit of the demand's signal
 */
public record Victim(ConnectionFacts connection, Guilt guilt, double score, long gain) {}
