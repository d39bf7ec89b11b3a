package dev.spillway.listener;

import dev.spillway.security.AddressBlock;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.FamilySettings;
import dev.spillway.security.InterfaceRule;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Prefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * At which addresses a listener can be reached and how far MPP may act on it, for one snapshot of settings and network.
 *
 * <p>It matters where newcomers are kept out by not accepting: that keeps all of them out, and a wildcard listener may be
 * reached by a public and by a private interface at once. Nobody on the private one may be kept waiting (S5), so only a
 * listener all of whose newcomers are eligible may stop accepting. A rule that could spare an address, or a family's settings that spare
 * it, count although no address is there now that they cover: one may come up between two looks at the network.
 *
 * @param settings the snapshot it was made from
 * @param network the other
 * @param reaches each address with its verdict; of a wildcard listener those that are known
 * @param degree how many of its newcomers are eligible
 * @param destinations at which of its addresses newcomers may be kept out by their SYNs; empty if at none
 */
record Exposure(
        SecuritySettings settings,
        NetworkMap network,
        List<Reach> reaches,
        Degree degree,
        Optional<Destinations> destinations) {
    /** Every address of it is the loopback interface's, whichever are listed. */
    private static final Prefix LOOPBACK =
            Prefix.of(AddressBlock.parse("127.0.0.0/8").orElseThrow());

    /** How many of the newcomers are eligible. */
    enum Degree {
        NONE,
        SOME,
        ALL
    }

    static Exposure of(SecuritySettings settings, NetworkMap network, InetSocketAddress bound, ListenerRules listener) {
        boolean wildcard = bound.getAddress().isAnyLocalAddress();
        boolean onlyV4 = bound.getAddress() instanceof Inet4Address;
        List<Place> places = wildcard
                ? network.places().stream()
                        .filter(place -> !onlyV4 || Family.of(place.address()) == Family.IPV4)
                        .toList()
                : List.of(network.of(bound.getAddress()));
        if (places.isEmpty()) {
            places = List.of(Place.unknown(bound.getAddress()));
        }
        List<Reach> reaches = places.stream()
                .map(place ->
                        reach(settings, new Arrival(place, bound.getPort(), Family.of(place.address()), listener)))
                .toList();
        boolean all = reaches.stream().allMatch(reach -> reach.verdict().eligible());
        boolean none = reaches.stream().noneMatch(reach -> reach.verdict().eligible());
        Degree degree = none ? Degree.NONE : all ? Degree.ALL : Degree.SOME;
        boolean spares = wildcard && couldSpare(settings, listener, bound.getPort(), onlyV4);
        Optional<Destinations> destinations = none
                ? Optional.empty()
                : Optional.of(wildcard ? destinations(settings, listener, bound.getPort(), reaches) : Destinations.ALL);
        return new Exposure(
                settings, network, reaches, degree == Degree.ALL && spares ? Degree.SOME : degree, destinations);
    }

    private static Reach reach(SecuritySettings settings, Arrival arrival) {
        return new Reach(
                arrival.place(),
                arrival.family(),
                SecurityPolicy.profile(settings, arrival).how(),
                SecurityPolicy.judge(settings, arrival));
    }

    private static boolean couldSpare(SecuritySettings settings, ListenerRules listener, int port, boolean onlyV4) {
        boolean byProfile = settings.profilesOn() && listener.profile().isEmpty();
        return spares(settings.ipv4(), port)
                || !onlyV4 && spares(settings.ipv6(), port)
                || settings.interfaces().rules().stream()
                        .anyMatch(rule -> forbids(rule)
                                || byProfile
                                        && rule.profile()
                                                .filter(profile -> profile == NetworkProfile.PRIVATE)
                                                .isPresent());
    }

    /**
     * Known addresses as they are judged; what is not known, as it could be: a rule that spares addresses spares those too, and
     * if it names an interface, any address could be that interface's.
     */
    private static Destinations destinations(
            SecuritySettings settings, ListenerRules listener, int port, List<Reach> reaches) {
        Set<Prefix> exempt = new HashSet<>();
        Set<Prefix> covered = new HashSet<>();
        for (Reach reach : reaches) {
            InetAddress address = reach.place().address();
            Set<Prefix> those = reach.verdict().eligible() ? covered : exempt;
            those.add(Prefix.of(address));
            if (address instanceof Inet4Address && address.isLoopbackAddress()) {
                those.add(LOOPBACK);
            }
        }
        boolean byProfile = settings.profilesOn() && listener.profile().isEmpty();
        for (Family family : Family.values()) {
            if (spares(settings.family(family), port)) {
                exempt.add(Destinations.every(family));
            }
            settings.interfaces().rules().stream()
                    .filter(rule -> couldSpare(rule, family, byProfile))
                    .map(rule -> rule.block().map(Prefix::of).orElse(Destinations.every(family)))
                    .filter(prefix -> prefix.family() == family)
                    .forEach(exempt::add);
        }
        return new Destinations(exempt, covered);
    }

    private static boolean couldSpare(InterfaceRule rule, Family family, boolean byProfile) {
        Toggle own = family == Family.IPV4 ? rule.ipv4Mpp() : rule.ipv6Mpp();
        return (own == Toggle.DEFAULT ? rule.mpp() : own) == Toggle.DISABLED
                || byProfile && rule.profile().equals(Optional.of(NetworkProfile.PRIVATE));
    }

    private static boolean spares(FamilySettings family, int port) {
        return family.mpp() == Toggle.DISABLED || family.excludedPorts().contains(port);
    }

    private static boolean forbids(InterfaceRule rule) {
        return rule.mpp() == Toggle.DISABLED || rule.ipv4Mpp() == Toggle.DISABLED || rule.ipv6Mpp() == Toggle.DISABLED;
    }

    boolean isOf(SecuritySettings otherSettings, NetworkMap otherNetwork) {
        return settings == otherSettings && network == otherNetwork;
    }
}
