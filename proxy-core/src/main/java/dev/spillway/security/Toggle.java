package dev.spillway.security;

import java.util.Locale;

/** A switch as an administrator sets it: {@code default} is a value of its own and follows the {@link Role} (S14). */
public enum Toggle {
    ENABLED,
    DISABLED,
    DEFAULT;

    /** The word for it in the configuration, the API and on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the switch is on, where {@code byDefault} is what {@link #DEFAULT} stands for. */
    public boolean isOn(boolean byDefault) {
        return this == DEFAULT ? byDefault : this == ENABLED;
    }
}
