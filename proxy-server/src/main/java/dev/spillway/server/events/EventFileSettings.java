package dev.spillway.server.events;

import java.nio.file.Path;

/**
 * Where events are kept on disk, and how much of them: (keep + 1) × maxSize bytes at most.
 *
 * @param path the file that is written; older ones have {@code .1}, {@code .2} … behind their name, the youngest first
 * @param maxSize bytes after which a file is put aside; {@value #MIN_SIZE} at least
 * @param keep how many older files are kept, 0–{@value #MAX_KEEP}; with 0 a full file is thrown away
 */
public record EventFileSettings(Path path, long maxSize, int keep) {
    /** Smallest size of a file, in bytes; no line is longer, so that a line always fits. */
    public static final int MIN_SIZE = 64 * 1024;

    /** Largest size of a file, in bytes. */
    public static final long MAX_SIZE = 1L << 40;

    /** Most older files. */
    public static final int MAX_KEEP = 100;

    /** @throws IllegalArgumentException if a value is out of its range */
    public EventFileSettings {
        if (maxSize < MIN_SIZE || maxSize > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "max-size: " + maxSize + " (expected: " + MIN_SIZE + "-" + MAX_SIZE + ")");
        }
        if (keep < 0 || keep > MAX_KEEP) {
            throw new IllegalArgumentException("keep: " + keep + " (expected: 0-" + MAX_KEEP + ")");
        }
    }
}
