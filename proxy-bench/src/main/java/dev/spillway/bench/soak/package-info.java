/**
 * Minutes of honest and hostile load on one Spillway with random faults, and then the question whether anything is left
 * of it that should not be. Start with {@link dev.spillway.bench.soak.Soak}.
 */
@NullMarked
package dev.spillway.bench.soak;

import org.jspecify.annotations.NullMarked;
