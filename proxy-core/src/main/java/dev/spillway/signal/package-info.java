/**
 * The real readings of what can run short, each by the cheapest means. Start at {@link
 * dev.spillway.signal.SignalSources}.
 */
package dev.spillway.signal;
