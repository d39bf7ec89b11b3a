package dev.spillway.server.events;

import java.util.List;

/**
 * A part of the log.
 *
 * @param events oldest first
 * @param lastSequence number of the newest event there is, 0 if there is none; ask for what came since it to go on
 * @param missed events that were asked for and are no longer kept
 */
public record EventPage(List<LoggedEvent> events, long lastSequence, long missed) {}
