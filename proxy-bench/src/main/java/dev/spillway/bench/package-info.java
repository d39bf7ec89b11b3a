/**
 * The end-to-end comparison with other proxies. {@link dev.spillway.bench.CompareCommand} is the command,
 * {@link dev.spillway.bench.Comparison} the run; {@code docs/benchmarks.md} says how to read what comes out.
 * {@link dev.spillway.bench.JmhCommand} runs the benchmarks of the decision core.
 */
@NullMarked
package dev.spillway.bench;

import org.jspecify.annotations.NullMarked;
