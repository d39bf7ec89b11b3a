package dev.spillway.server.store;

/**
 * A value as somebody asked for it.
 *
 * @param value in its canonical form
 * @param origin who asked
 */
public record Asked(String value, Origin origin) {}
