package dev.spillway.server.config;

import org.slf4j.event.Level;

/**
 * What is logged, and how.
 *
 * @param level the least severe level that Spillway itself logs; libraries log from WARN on, whatever this says
 * @param format how a line looks
 */
public record LogSettings(Level level, Format format) {
    /** How a line looks. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line, for collectors. */
        JSON
    }
}
