package dev.spillway.security;

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

    /** What {@code mpp = default} stands for in this role. */
    public boolean mppByDefault() {
        return mppByDefault;
    }

    /** What {@code profiles = default} stands for: enabled in every role. */
    public boolean profilesByDefault() {
        return true;
    }
}
