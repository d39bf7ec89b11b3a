/**
 * The traffic: the backend that stands behind every proxy, and the workloads that go to it through one. Start with
 * {@link dev.spillway.bench.load.Workload} and {@link dev.spillway.bench.load.Backend}. Nothing in here knows which
 * proxy is in between, or whether there is one.
 */
@NullMarked
package dev.spillway.bench.load;

import org.jspecify.annotations.NullMarked;
