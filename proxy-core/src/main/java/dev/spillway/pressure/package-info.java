/**
 * From readings to rates: evaluation, episode, epochs (S24). Pure: time and readings are passed in, rates come out.
 * Start at {@link dev.spillway.pressure.EpisodeController}, which owns the terms and formulas.
 */
package dev.spillway.pressure;
