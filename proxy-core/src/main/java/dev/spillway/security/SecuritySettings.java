package dev.spillway.security;

/**
 * The settings in force at one moment, as asked for. Immutable; a change makes a new one with a higher generation.
 *
 * @param generation counts the changes since the process started; 1 is what it started with
 * @param role what {@code default} stands for
 * @param mpp the one switch (S1)
 * @param profiles whether private and domain networks are left alone (S5, S6)
 * @param portExemptions local ports that are left alone, on every address (S8, S9)
 * @param ipv4 what is set for IPv4 alone (S18)
 * @param ipv6 what is set for IPv6 alone (S18)
 * @param interfaces what is said of interfaces and local addresses (S4, S19)
 * @param connectionRateLimit the limit of new connections (S16)
 * @param mppDryRun whether protection only records what it would do, and touches nothing; off by default
 */
public record SecuritySettings(
        long generation,
        Role role,
        Toggle mpp,
        Toggle profiles,
        PortSet portExemptions,
        FamilySettings ipv4,
        FamilySettings ipv6,
        InterfaceRules interfaces,
        ConnectionRateLimit connectionRateLimit,
        Toggle mppDryRun) {
    /** What a server starts with: MPP enabled, Profiles enabled, nothing exempt, no rate limit (S13, S16). */
    public static final SecuritySettings DEFAULTS = of(Role.SERVER, Toggle.DEFAULT, Toggle.DEFAULT, PortSet.EMPTY);

    /** The three settings alone, as generation 1; all else default. */
    public static SecuritySettings of(Role role, Toggle mpp, Toggle profiles, PortSet portExemptions) {
        return new SecuritySettings(
                1,
                role,
                mpp,
                profiles,
                portExemptions,
                FamilySettings.DEFAULTS,
                FamilySettings.DEFAULTS,
                InterfaceRules.NONE,
                ConnectionRateLimit.DEFAULTS,
                Toggle.DEFAULT);
    }

    /** Whether MPP is on, the role's default applied. */
    public boolean mppOn() {
        return mpp.isOn(role.mppByDefault());
    }

    /** Whether Profiles is on, the role's default applied. */
    public boolean profilesOn() {
        return profiles.isOn(role.profilesByDefault());
    }

    /** Whether protection only records what it would do. */
    public boolean dryRun() {
        return mppDryRun.isOn(false);
    }

    /** What is set for one family. */
    public FamilySettings family(Family family) {
        return family == Family.IPV4 ? ipv4 : ipv6;
    }

    /** The same settings as another generation. */
    public SecuritySettings generation(long next) {
        return new SecuritySettings(
                next, role, mpp, profiles, portExemptions, ipv4, ipv6, interfaces, connectionRateLimit, mppDryRun);
    }
}
