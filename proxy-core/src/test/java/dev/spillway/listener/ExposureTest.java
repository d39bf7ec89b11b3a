package dev.spillway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.listener.Exposure.Degree;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.FamilySettings;
import dev.spillway.security.InterfaceRules;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySamples;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syn.Prefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** A listener keeps newcomers out by not accepting only where it keeps nobody out whom MPP spares (S5). */
class ExposureTest {
    private static final List<String> BOUND = List.of("0.0.0.0", "::", "198.18.0.1", "2001:db8::1", "203.0.113.1");

    @Provide
    Arbitrary<SecuritySettings> settings() {
        return SecuritySamples.settings();
    }

    @Provide
    Arbitrary<NetworkMap> networks() {
        return SecuritySamples.networks();
    }

    @Provide
    Arbitrary<Place> places() {
        return SecuritySamples.places();
    }

    @Provide
    Arbitrary<ListenerRules> listeners() {
        return SecuritySamples.listeners();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static boolean eligible(SecuritySettings settings, Place place, int port, ListenerRules listener) {
        return SecurityPolicy.judge(settings, new Arrival(place, port, Family.of(place.address()), listener))
                .eligible();
    }

    /** Where a client can come in: at every known address that the socket takes. */
    private static List<Place> reachable(NetworkMap network, InetAddress bound) {
        if (!bound.isAnyLocalAddress()) {
            return List.of(network.of(bound));
        }
        List<Place> places = new ArrayList<>();
        for (Place place : network.places()) {
            if (bound.getAddress().length == 16 || place.address().getAddress().length == 4) {
                places.add(place);
            }
        }
        return places;
    }

    @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
    void whereAllAreEligibleNobodyWhoCanComeInIsSpared(
            @ForAll("settings") SecuritySettings settings,
            @ForAll("networks") NetworkMap network,
            @ForAll("listeners") ListenerRules listener,
            @ForAll("places") Place newer,
            @ForAll @IntRange(max = 4) int where) {
        InetSocketAddress bound = new InetSocketAddress(address(BOUND.get(where)), 80);
        Exposure exposure = Exposure.of(settings, network, bound, listener);
        List<Place> reachable = reachable(network, bound.getAddress());
        long spared = reachable.stream()
                .filter(place -> !eligible(settings, place, 80, listener))
                .count();
        Statistics.label("degree").collect(exposure.degree());
        if (exposure.degree() == Degree.ALL) {
            assertThat(spared).isZero();
            boolean couldComeUp = bound.getAddress().isAnyLocalAddress()
                    && newer.found() == NetworkProfile.PUBLIC
                    && !reachable(NetworkMap.of(List.of(newer)), bound.getAddress())
                            .isEmpty();
            assertThat(!couldComeUp || eligible(settings, newer, 80, listener))
                    .as("%s, which has just come up", newer)
                    .isTrue();
        }
        if (exposure.degree() == Degree.NONE && !reachable.isEmpty()) {
            assertThat(spared).isEqualTo(reachable.size());
        }
        if (spared > 0 && spared < reachable.size()) {
            assertThat(exposure.degree()).isEqualTo(Degree.SOME);
        }
        assertThat(exposure.reaches()).as("nobody is left out").hasSize(Math.max(1, reachable.size()));
        exposure.reaches()
                .forEach(reach -> assertThat(reach.verdict().eligible())
                        .isEqualTo(eligible(settings, reach.place(), 80, listener)));
    }

    @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
    void synsAreDroppedWhereNewcomersAreEligibleAndNowhereElse(
            @ForAll("settings") SecuritySettings settings,
            @ForAll("networks") NetworkMap network,
            @ForAll("listeners") ListenerRules listener,
            @ForAll("places") Place newer,
            @ForAll @IntRange(max = 4) int where) {
        InetSocketAddress bound = new InetSocketAddress(address(BOUND.get(where)), 80);
        Exposure exposure = Exposure.of(settings, network, bound, listener);
        List<Place> reachable = reachable(network, bound.getAddress());
        for (Place place : reachable) {
            boolean eligible = eligible(settings, place, 80, listener);
            Statistics.label("eligible").collect(eligible);
            boolean twice = reachable.stream()
                    .anyMatch(other -> Prefix.of(other.address()).equals(Prefix.of(place.address()))
                            && !eligible(settings, other, 80, listener));
            assertThat(covers(exposure, place.address()))
                    .as("%s, eligible %s", place, eligible)
                    .isEqualTo(eligible && !twice);
        }
        boolean comesUp = bound.getAddress().isAnyLocalAddress()
                && !network.knows(newer.address())
                && newer.found() == NetworkProfile.PUBLIC
                && !reachable(NetworkMap.of(List.of(newer)), bound.getAddress()).isEmpty();
        if (comesUp && !eligible(settings, newer, 80, listener)) {
            assertThat(covers(exposure, newer.address()))
                    .as("%s, which has just come up", newer)
                    .isFalse();
        }
        assertThat(exposure.destinations().isPresent()).isEqualTo(exposure.degree() != Degree.NONE);
    }

    private static boolean covers(Exposure exposure, InetAddress address) {
        return exposure.destinations()
                .map(where -> longest(where.covered(), address) > longest(where.exempt(), address)
                        || longest(where.exempt(), address) < 0)
                .orElse(false);
    }

    private static int longest(Set<Prefix> prefixes, InetAddress address) {
        return prefixes.stream()
                .filter(prefix -> prefix.contains(Prefix.of(address)))
                .mapToInt(Prefix::bits)
                .max()
                .orElse(-1);
    }

    private static SecuritySettings with(FamilySettings ipv4, FamilySettings ipv6) {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                1,
                plain.role(),
                plain.mpp(),
                plain.profiles(),
                plain.portExemptions(),
                ipv4,
                ipv6,
                InterfaceRules.NONE,
                plain.connectionRateLimit(),
                plain.mppDryRun());
    }

    private static Degree degree(SecuritySettings settings, NetworkMap network, String bound) {
        return Exposure.of(settings, network, new InetSocketAddress(address(bound), 80), ListenerRules.DEFAULTS)
                .degree();
    }

    @Example
    void aFamilyWithoutAnAddressYetCountsS18() {
        NetworkMap onlyIpv6 =
                NetworkMap.of(List.of(new Place(address("2001:db8::1"), "eth0", NetworkProfile.PUBLIC, "by the test")));
        FamilySettings off = new FamilySettings(Toggle.DISABLED, PortSet.EMPTY);
        FamilySettings exempt = new FamilySettings(Toggle.DEFAULT, PortSet.of(List.of(new PortRange(80, 80))));
        FamilySettings another = new FamilySettings(Toggle.DEFAULT, PortSet.of(List.of(new PortRange(81, 81))));
        for (NetworkMap network : List.of(onlyIpv6, NetworkMap.EMPTY)) {
            assertThat(degree(with(off, FamilySettings.DEFAULTS), network, "::"))
                    .isEqualTo(Degree.SOME);
            assertThat(degree(with(exempt, FamilySettings.DEFAULTS), network, "::"))
                    .isEqualTo(Degree.SOME);
            assertThat(degree(with(another, FamilySettings.DEFAULTS), network, "::"))
                    .isEqualTo(Degree.ALL);
        }
        assertThat(degree(with(off, FamilySettings.DEFAULTS), onlyIpv6, "2001:db8::1"))
                .as("IPv4 can't come in there")
                .isEqualTo(Degree.ALL);
        assertThat(degree(with(FamilySettings.DEFAULTS, off), NetworkMap.EMPTY, "0.0.0.0"))
                .as("nor IPv6 here")
                .isEqualTo(Degree.ALL);
    }

    @Example
    void aDomainOnOneOfTwoInterfacesIsSpared() {
        NetworkMap network = NetworkMap.of(List.of(
                new Place(address("198.18.0.1"), "eth0", NetworkProfile.PUBLIC, "by the test"),
                new Place(address("198.18.1.1"), "eth1", NetworkProfile.DOMAIN, "by the test")));
        assertThat(degree(SecuritySettings.DEFAULTS, network, "0.0.0.0"))
                .as("S5")
                .isEqualTo(Degree.SOME);
        assertThat(degree(SecuritySettings.DEFAULTS, network, "198.18.0.1")).isEqualTo(Degree.ALL);
        assertThat(degree(SecuritySettings.DEFAULTS, network, "198.18.1.1")).isEqualTo(Degree.NONE);
    }
}
