/**
 * The pressure simulator: the proxy's own decision core, driven by thousands of synthetic connections through minutes in
 * seconds. No thread, no clock, no chance that a seed does not repeat. Start at {@link dev.spillway.bench.sim.Campaign};
 * {@link dev.spillway.bench.sim.World} owns what is assumed of memory and of peers, {@link
 * dev.spillway.bench.sim.Engine} what the engine may know of them, and when.
 */
package dev.spillway.bench.sim;
