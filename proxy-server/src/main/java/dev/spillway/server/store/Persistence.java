package dev.spillway.server.store;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * How the persistent store is.
 *
 * @param path its file; empty if there is to be none
 * @param state how it is
 * @param problem what is wrong, if something is
 */
public record Persistence(Optional<Path> path, State state, Optional<String> problem) {
    /** How a store can be. */
    public enum State {
        /** There is none in this process. */
        NONE,
        /** Nothing was kept yet. */
        ABSENT,
        /** It was read or written; a problem there may be is that the disk could not be made to say it is there for sure. */
        OK,
        /** It can't be used; it is left as it is, and nothing is kept until it is moved away or mended. */
        DAMAGED,
        /** It could not be written, when last tried. */
        UNWRITABLE;

        /** The word for it in the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
