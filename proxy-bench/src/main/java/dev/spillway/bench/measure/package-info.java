/**
 * Readings and what is made of them: CPU time, memory and sockets of a process from {@code /proc}, and the pure
 * statistics over rounds. Start with {@link dev.spillway.bench.measure.Measurements}; the readings are
 * {@link dev.spillway.bench.measure.ProcessTree} and {@link dev.spillway.bench.measure.KernelTcpMemory}.
 */
@NullMarked
package dev.spillway.bench.measure;

import org.jspecify.annotations.NullMarked;
