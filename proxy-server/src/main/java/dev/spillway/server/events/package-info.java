/**
 * The event log: what happened, with ids that stay, full texts and the figures of S23 and S24; kept in bounded memory
 * and written as structured log lines by a thread of its own. Start at {@link dev.spillway.server.events.EventLog};
 * {@code docs/events.md} is the reference for operators.
 */
package dev.spillway.server.events;
