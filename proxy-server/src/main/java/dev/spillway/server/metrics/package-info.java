/**
 * The proxy's figures as Prometheus text. {@link dev.spillway.server.metrics.SpillwayMeter} is the list of all meters of
 * its own, from which {@code docs/metrics.md} is checked; {@link dev.spillway.server.metrics.Meters} reads and scrapes
 * them.
 */
package dev.spillway.server.metrics;
