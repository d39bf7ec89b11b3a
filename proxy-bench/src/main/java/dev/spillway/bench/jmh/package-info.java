/**
 * What the decision core costs a turn, by JMH: {@code spillway-bench.jar jmh}. Start at {@link
 * dev.spillway.bench.jmh.VictimChoiceBenchmark}.
 */
@NullMarked
package dev.spillway.bench.jmh;

import org.jspecify.annotations.NullMarked;
