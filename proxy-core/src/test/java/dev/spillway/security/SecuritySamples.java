package dev.spillway.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Settings and connections at random, of a world so small that they often have to do with one another. */
public final class SecuritySamples {
    private static final List<String> ADDRESSES =
            List.of("198.18.0.1", "198.18.0.2", "198.18.7.1", "2001:db8::1", "2001:db8::2", "fe80::1", "127.0.0.1");
    private static final List<String> SELECTORS = List.of(
            "198.18.0.1",
            "198.18.0.0/24",
            "198.18.0.0/16",
            "2001:db8::1",
            "2001:db8::/32",
            "0.0.0.0/0",
            "eth0",
            "eth1");

    private SecuritySamples() {}

    /** Settings; mostly of those under which MPP acts. */
    public static Arbitrary<SecuritySettings> settings() {
        Arbitrary<Toggle> on = toggles(6);
        Arbitrary<FamilySettings> families =
                Combinators.combine(toggles(8), ports()).as(FamilySettings::new);
        Arbitrary<InterfaceRules> rules = Arbitraries.of(SELECTORS)
                .list()
                .uniqueElements()
                .ofMaxSize(3)
                .flatMap(selectors -> Combinators.combine(
                                selectors.stream().map(SecuritySamples::rule).toList())
                        .as(InterfaceRules::of));
        return Combinators.combine(Arbitraries.of(Role.class), on, on, ports(), families, families, rules)
                .as((role, mpp, profiles, exempt, ipv4, ipv6, interfaces) -> new SecuritySettings(
                        7,
                        role,
                        mpp,
                        profiles,
                        exempt,
                        ipv4,
                        ipv6,
                        interfaces,
                        ConnectionRateLimit.DEFAULTS,
                        Toggle.DEFAULT));
    }

    /** A network of some addresses, of which none may be left. */
    public static Arbitrary<NetworkMap> networks() {
        return places().list().ofMaxSize(5).map(NetworkMap::of);
    }

    /** A local address on some interface. */
    public static Arbitrary<Place> places() {
        return Combinators.combine(
                        Arbitraries.of(ADDRESSES),
                        Arbitraries.of("eth0", "eth1", ""),
                        Arbitraries.of(NetworkProfile.PUBLIC, NetworkProfile.PUBLIC, NetworkProfile.DOMAIN))
                .as((address, name, found) -> new Place(address(address), name, found, "by the test"));
    }

    /** What is said of a listener. */
    public static Arbitrary<ListenerRules> listeners() {
        return Combinators.combine(
                        Arbitraries.of(NetworkProfile.PUBLIC, NetworkProfile.PRIVATE)
                                .optional(0.3),
                        toggles(6))
                .as(ListenerRules::new);
    }

    static Arbitrary<Arrival> arrivals() {
        return Combinators.combine(places(), Arbitraries.of(0, 80, 65535), Arbitraries.of(Family.class), listeners())
                .as(Arrival::new);
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            throw new AssertionError(text.toUpperCase(Locale.ROOT), malformed);
        }
    }

    private static Arbitrary<PortSet> ports() {
        return Arbitraries.frequency(
                Tuple.of(4, PortSet.EMPTY),
                Tuple.of(1, PortSet.of(List.of(new PortRange(80, 80)))),
                Tuple.of(1, PortSet.of(List.of(new PortRange(0, 79), new PortRange(81, 65535)))));
    }

    private static Arbitrary<Toggle> toggles(int undecided) {
        return Arbitraries.frequency(
                Tuple.of(undecided, Toggle.DEFAULT), Tuple.of(2, Toggle.ENABLED), Tuple.of(1, Toggle.DISABLED));
    }

    private static Arbitrary<InterfaceRule> rule(String selector) {
        Arbitrary<Optional<NetworkProfile>> profile =
                Arbitraries.of(NetworkProfile.PUBLIC, NetworkProfile.PRIVATE).optional(0.5);
        return Combinators.combine(profile, toggles(4), toggles(8), toggles(8))
                .as((network, mpp, ipv4, ipv6) -> InterfaceRule.of(selector, network, mpp, ipv4, ipv6));
    }
}
