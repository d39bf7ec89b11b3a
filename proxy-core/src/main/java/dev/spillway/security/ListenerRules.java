package dev.spillway.security;

import java.util.Optional;

/**
 * What an administrator says of one listener.
 *
 * @param profile the profile of every connection that comes in by it; empty leaves that to the interface. Never DOMAIN
 * @param mpp disabled leaves its connections alone. Enabled has MPP act on them although the role's default is off; it does
 *     not go against the one switch set to disabled (S1)
 */
public record ListenerRules(Optional<NetworkProfile> profile, Toggle mpp) {
    /** Nothing of its own. */
    public static final ListenerRules DEFAULTS = new ListenerRules(Optional.empty(), Toggle.DEFAULT);

    /** @throws IllegalArgumentException if the profile is DOMAIN */
    public ListenerRules {
        if (profile.equals(Optional.of(NetworkProfile.DOMAIN))) {
            throw new IllegalArgumentException(
                    "profile: domain (expected: public or private; domain is found, not set)");
        }
    }

    /** A listener of a profile. */
    public static ListenerRules of(NetworkProfile profile) {
        return new ListenerRules(Optional.of(profile), Toggle.DEFAULT);
    }
}
