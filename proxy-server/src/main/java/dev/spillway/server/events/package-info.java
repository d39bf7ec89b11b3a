/**
 * The event log: what happened, with ids that stay, full texts and the figures of S23 and S24; kept in bounded memory,
 * written as structured log lines and, if asked to, into a file of bounded size, by a thread each. Start at
 * {@link dev.spillway.server.events.EventLog}; {@code docs/events.md} is the reference for operators.
 */
package dev.spillway.server.events;
