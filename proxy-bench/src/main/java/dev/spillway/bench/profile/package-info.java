/**
 * Where a proxy's processor time goes. Start with {@link dev.spillway.bench.profile.Recording}: stacks as {@code perf} takes
 * them, each of which {@link dev.spillway.bench.profile.Place} and {@link dev.spillway.bench.profile.KernelWork} put into one row.
 */
@NullMarked
package dev.spillway.bench.profile;

import org.jspecify.annotations.NullMarked;
