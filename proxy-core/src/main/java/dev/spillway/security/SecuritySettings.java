package dev.spillway.security;

/**
 * The settings in force at one moment, as asked for. Immutable; a change makes a new one with a higher generation.
 *
 * @param generation counts the changes since the process started; 1 is what it started with
 * @param role what {@code default} stands for
 * @param mpp the one switch (S1)
 * @param profiles whether private and domain networks are left alone (S5, S6)
 * @param portExemptions local ports that are left alone, on every address (S8, S9)
 */
public record SecuritySettings(long generation, Role role, Toggle mpp, Toggle profiles, PortSet portExemptions) {
    /** What a server starts with: MPP enabled, Profiles enabled, nothing exempt (S13). */
    public static final SecuritySettings DEFAULTS =
            new SecuritySettings(1, Role.SERVER, Toggle.DEFAULT, Toggle.DEFAULT, PortSet.EMPTY);

    /** Whether MPP is on, the role's default applied. */
    public boolean mppOn() {
        return mpp.isOn(role.mppByDefault());
    }

    /** Whether Profiles is on, the role's default applied. */
    public boolean profilesOn() {
        return profiles.isOn(role.profilesByDefault());
    }
}
