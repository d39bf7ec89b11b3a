package dev.spillway.security;

/**
 * Judges a connection by one snapshot of the settings.
 *
 * <p>The order of judgement: MPP off, then nobody is eligible; an exempt local port, then not eligible, whatever the
 * network; a private or domain network while Profiles is on, then not eligible; else eligible. An exemption comes
 * before the profile so that the reason shown is the one that stays true when Profiles is switched off.
 */
public final class SecurityPolicy {
    private SecurityPolicy() {}

    /**
     * The verdict for a connection to {@code localPort} (0–65535; the port the client connected to) that came in from a
     * network of {@code profile}. Any thread.
     */
    public static Verdict judge(SecuritySettings settings, int localPort, NetworkProfile profile) {
        return new Verdict(standing(settings, localPort, profile), settings.generation());
    }

    private static Standing standing(SecuritySettings settings, int localPort, NetworkProfile profile) {
        if (!settings.mppOn()) {
            return Standing.MPP_DISABLED;
        }
        if (settings.portExemptions().contains(localPort)) {
            return Standing.EXEMPT_PORT;
        }
        if (settings.profilesOn() && profile != NetworkProfile.PUBLIC) {
            return profile == NetworkProfile.PRIVATE ? Standing.PRIVATE_PROFILE : Standing.DOMAIN_PROFILE;
        }
        return Standing.ELIGIBLE;
    }
}
