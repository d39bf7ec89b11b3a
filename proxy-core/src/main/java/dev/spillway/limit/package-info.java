/**
 * Allowances: how many connections there may be, who may take the last ones, and how many may come at a time, of a
 * listener and of a source. Pure: no Netty, no clock. Start at {@link dev.spillway.limit.ConnectionLimits} and
 * {@link dev.spillway.limit.SourceLimits}.
 */
package dev.spillway.limit;
