package dev.spillway.security;

import java.util.Locale;

/** Says what the value {@code default} of a {@link Toggle} stands for (S13). */
public enum Role {
    /** MPP enabled by default. */
    SERVER(true),
    /** MPP disabled by default. */
    CLIENT(false);

    private final boolean mppByDefault;

    Role(boolean mppByDefault) {
        this.mppByDefault = mppByDefault;
    }

    /** The word for it in the configuration and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@code mpp = default} stands for in this role. */
    public boolean mppByDefault() {
        return mppByDefault;
    }

    /** What {@code profiles = default} stands for: enabled in every role. */
    public boolean profilesByDefault() {
        return true;
    }
}
