/**
 * What tells of a flood of SYNs: how the kernel is set up for one, and what its counters say. Pure: no Netty, no clock, no
 * file. Start at {@link dev.spillway.flood.KernelSetup}, which is judged at start and at each reload.
 */
package dev.spillway.flood;
