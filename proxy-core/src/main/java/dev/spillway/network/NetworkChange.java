package dev.spillway.network;

import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One local address that appeared, vanished, or is of another profile than before.
 *
 * @param interfaceName the interface that has or had it
 * @param address the address; a link-local one has its scope
 * @param before the profile that was found until now; empty for an address that has appeared
 * @param after the profile that is found now; empty for an address that has vanished
 * @param how how it was found, for people
 */
public record NetworkChange(
        String interfaceName,
        InetAddress address,
        Optional<NetworkProfile> before,
        Optional<NetworkProfile> after,
        String how) {
    /**
     * The same as connections meet it: a profile that a rule of {@code settings} states for the address goes before what is
     * found there (see {@link SecurityPolicy}).
     *
     * @return empty if it is no change for them, since the rule says the same as before
     */
    public Optional<NetworkChange> judgedBy(SecuritySettings settings) {
        Optional<NetworkProfile> was =
                before.map(found -> profile(settings, found).network());
        Optional<SecurityPolicy.Profile> is = after.map(found -> profile(settings, found));
        Optional<NetworkProfile> now = is.map(SecurityPolicy.Profile::network);
        return was.equals(now)
                ? Optional.empty()
                : Optional.of(new NetworkChange(
                        interfaceName,
                        address,
                        was,
                        now,
                        is.map(SecurityPolicy.Profile::how).orElse(how)));
    }

    private SecurityPolicy.Profile profile(SecuritySettings settings, NetworkProfile found) {
        Place place = new Place(address, interfaceName, found, how);
        return SecurityPolicy.profile(settings, new Arrival(place, 0, Family.of(address), ListenerRules.DEFAULTS));
    }
}
