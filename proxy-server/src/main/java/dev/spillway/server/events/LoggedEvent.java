package dev.spillway.server.events;

import java.time.Instant;

/**
 * An event as the log keeps it.
 *
 * @param sequence counts all events of this process from 1, without gaps
 * @param time wall clock
 * @param event what happened
 */
public record LoggedEvent(long sequence, Instant time, Event event) {}
