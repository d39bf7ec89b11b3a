package dev.spillway.server.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a value comes from.
 *
 * @param kind how it was asked for
 * @param place file and line, {@code spillway.conf:12}; for an import the file that was imported, if that was said
 * @param who asked for it at run time: an address, or the name of a token
 * @param at when it was asked for at run time
 */
public record Origin(Kind kind, Optional<String> place, Optional<String> who, Optional<Instant> at) {
    /** Ways to ask. */
    public enum Kind {
        /** Nobody did: the program's own default. */
        DEFAULT("default"),
        /** The operator's file. */
        FILE("file"),
        /** The command line. */
        COMMAND("command"),
        /** The admin API. */
        API("api"),
        /** An exported registry, taken over by the command line. */
        REGISTRY_IMPORT("registry-import"),
        /** A reset. */
        RESET("reset");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The word for it in the API and in the store's file. */
        public String label() {
            return label;
        }

        /** The kind of that word. */
        static Optional<Kind> of(String label) {
            for (Kind kind : values()) {
                if (kind.label.equals(label)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** The program's own default. */
    public static final Origin DEFAULT = new Origin(Kind.DEFAULT, Optional.empty(), Optional.empty(), Optional.empty());

    /** A line of the operator's file. */
    public static Origin file(String place) {
        return new Origin(Kind.FILE, Optional.of(place), Optional.empty(), Optional.empty());
    }

    /** Somebody, at run time. */
    public static Origin asked(Kind kind, String who, Instant at) {
        return new Origin(kind, Optional.empty(), Optional.of(who), Optional.of(at));
    }

    /** For people: {@code spillway.conf:12}, {@code command by 127.0.0.1}. */
    public String describe() {
        return kind == Kind.FILE
                ? place.orElse(kind.label())
                : kind.label() + who.map(name -> " by " + name).orElse("");
    }
}
