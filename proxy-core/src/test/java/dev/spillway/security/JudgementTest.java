package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of families, interfaces and listeners, and in which order it counts. */
class JudgementTest {
    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private static Place place(String address, String interfaceName, NetworkProfile found) {
        return new Place(address(address), interfaceName, found, "by the test");
    }

    private static Toggle toggle(String word) {
        return switch (word) {
            case "d" -> Toggle.DISABLED;
            case "e" -> Toggle.ENABLED;
            default -> Toggle.DEFAULT;
        };
    }

    /** {@code eth0 private d - e}: profile, MPP, and that of each family; a dash says nothing. */
    private static InterfaceRule rule(String text) {
        String[] words = text.split(" ");
        Optional<NetworkProfile> profile = words[1].equals("-")
                ? Optional.empty()
                : Optional.of(NetworkProfile.valueOf(words[1].toUpperCase(java.util.Locale.ROOT)));
        return InterfaceRule.of(words[0], profile, toggle(words[2]), toggle(words[3]), toggle(words[4]));
    }

    private static SecuritySettings with(String... rules) {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                3,
                plain.role(),
                plain.mpp(),
                plain.profiles(),
                plain.portExemptions(),
                plain.ipv4(),
                plain.ipv6(),
                InterfaceRules.of(Arrays.stream(rules).map(JudgementTest::rule).toList()),
                plain.connectionRateLimit(),
                plain.mppDryRun());
    }

    private static Verdict judge(SecuritySettings settings, Place place, ListenerRules listener) {
        return SecurityPolicy.judge(settings, new Arrival(place, 80, Family.of(place.address()), listener));
    }

    @Test
    void theFamilyIsThatOfTheClientsPacketsS18() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 10;
        InetAddress asIpv6 = Inet6Address.getByAddress(null, mapped, 0);
        assertThat(asIpv6).isInstanceOf(Inet6Address.class);
        Place local = place("198.18.0.1", "eth0", NetworkProfile.PUBLIC);
        assertThat(Arrival.of(asIpv6, local, 80, ListenerRules.DEFAULTS).family())
                .isEqualTo(Family.IPV4);
        assertThat(Arrival.of(address("10.0.0.1"), local, 80, ListenerRules.DEFAULTS)
                        .family())
                .isEqualTo(Family.IPV4);
        assertThat(Arrival.of(address("::1"), local, 80, ListenerRules.DEFAULTS).family())
                .isEqualTo(Family.IPV6);
        assertThat(Arrival.of(address("::10.0.0.1"), local, 80, ListenerRules.DEFAULTS)
                        .family())
                .as("compatible, which is not mapped")
                .isEqualTo(Family.IPV6);
    }

    @ParameterizedTest(name = "S18: {0} of mpp {1}, ipv4 {2}/{3}, ipv6 {4}/{5} is {6}")
    @CsvSource({
        "IPV4, ENABLED,  DISABLED, '', DEFAULT,  '', FAMILY_MPP_DISABLED",
        "IPV6, ENABLED,  DISABLED, '', DEFAULT,  '', ELIGIBLE",
        "IPV6, ENABLED,  DEFAULT,  '', DISABLED, '', FAMILY_MPP_DISABLED",
        "IPV4, DISABLED, ENABLED,  '', ENABLED,  '', MPP_DISABLED",
        "IPV4, ENABLED,  DEFAULT,  80, DEFAULT,  '', FAMILY_EXEMPT_PORT",
        "IPV6, ENABLED,  DEFAULT,  80, DEFAULT,  '', ELIGIBLE",
        "IPV6, ENABLED,  DEFAULT,  '', DEFAULT,  80, FAMILY_EXEMPT_PORT",
        "IPV6, ENABLED,  ENABLED,  80, ENABLED,  81, ELIGIBLE"
    })
    void aFamilysSettingsAreItsOwnAndCanOnlyNarrow(
            Family family, Toggle mpp, Toggle ipv4, String ports4, Toggle ipv6, String ports6, Standing expected) {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        SecuritySettings settings = new SecuritySettings(
                1,
                Role.SERVER,
                mpp,
                plain.profiles(),
                PortSet.EMPTY,
                new FamilySettings(ipv4, ports(ports4)),
                new FamilySettings(ipv6, ports(ports6)),
                InterfaceRules.NONE,
                plain.connectionRateLimit(),
                plain.mppDryRun());
        Place local = place("198.18.0.1", "eth0", NetworkProfile.PUBLIC);
        assertThat(SecurityPolicy.judge(settings, new Arrival(local, 80, family, ListenerRules.DEFAULTS))
                        .standing())
                .isEqualTo(expected);
    }

    private static PortSet ports(String text) {
        return text.isEmpty() ? PortSet.EMPTY : PortSet.of(List.of(PortRange.parse(text)));
    }

    @ParameterizedTest(name = "S19: {0} on {1} with {2}: {3}")
    @CsvSource({
        "198.18.0.1,  eth0, 'eth0 - d - -',                            INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth1, 'eth0 - d - -',                            ELIGIBLE",
        "198.18.0.1,  eth0, 'eth0 - - d -',                            INTERFACE_MPP_DISABLED",
        "2001:db8::1, eth0, 'eth0 - - d -',                            ELIGIBLE",
        "2001:db8::1, eth0, 'eth0 - - - d',                            INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, 'eth0 - d e -',                            ELIGIBLE",
        "2001:db8::1, eth0, 'eth0 - d e -',                            INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, 'eth0 - d - -;198.18.0.1 - e - -',         ELIGIBLE",
        "198.18.0.2,  eth0, 'eth0 - d - -;198.18.0.1 - e - -',         INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, '198.18.0.0/16 - d - -;198.18.0.0/24 - e - -', ELIGIBLE",
        "198.18.1.1,  eth0, '198.18.0.0/16 - d - -;198.18.0.0/24 - e - -', INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, '0.0.0.0/0 - e - -;eth0 - d - -',          ELIGIBLE",
        "2001:db8::1, eth0, '0.0.0.0/0 - e - -;eth0 - d - -',          INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, '198.18.0.1 private - - -;eth0 - d - -',   INTERFACE_MPP_DISABLED",
        "198.18.0.1,  eth0, '198.18.0.1 - - - d;eth0 - d - -',         INTERFACE_MPP_DISABLED",
        "198.18.0.1,  '',   'eth0 - d - -',                            ELIGIBLE"
    })
    void theMostSpecificRuleThatSaysSomethingCounts(
            String local, String interfaceName, String rules, Standing expected) {
        List<String> each = new ArrayList<>(List.of(rules.split(";")));
        for (int order = 0; order < 2; order++) {
            Verdict verdict = judge(
                    with(each.toArray(String[]::new)),
                    place(local, interfaceName, NetworkProfile.PUBLIC),
                    ListenerRules.DEFAULTS);
            assertThat(verdict.standing()).isEqualTo(expected);
            Collections.reverse(each);
        }
    }

    @ParameterizedTest(name = "S4: {0} on {1} found {2}, rules {3}, listener {4}: {5}")
    @CsvSource({
        "198.18.0.1, eth0, PUBLIC, '',                                     '',      PUBLIC,  ELIGIBLE",
        "198.18.0.1, eth0, DOMAIN, '',                                     '',      DOMAIN,  DOMAIN_PROFILE",
        "198.18.0.1, eth0, PUBLIC, 'eth0 private - - -',                   '',      PRIVATE, PRIVATE_PROFILE",
        "198.18.0.1, eth0, DOMAIN, 'eth0 public - - -',                    '',      PUBLIC,  ELIGIBLE",
        "198.18.0.1, eth0, PUBLIC, 'eth0 private - - -;198.18.0.1 public - - -', '', PUBLIC,  ELIGIBLE",
        "198.18.0.1, eth0, PUBLIC, 'eth0 private - - -;198.18.0.1 - e - -',  '',    PRIVATE, PRIVATE_PROFILE",
        "198.18.0.1, eth0, PUBLIC, 'eth0 private - - -',                   PUBLIC,  PUBLIC,  ELIGIBLE",
        "198.18.0.1, eth0, DOMAIN, '',                                     PUBLIC,  PUBLIC,  ELIGIBLE",
        "198.18.0.1, eth0, PUBLIC, '198.18.0.1 public - - -',              PRIVATE, PRIVATE, PRIVATE_PROFILE"
    })
    void theProfileIsTheListenersThenTheRulesThenWhatWasFound(
            String local,
            String interfaceName,
            NetworkProfile found,
            String rules,
            String listener,
            NetworkProfile profile,
            Standing standing) {
        SecuritySettings settings = rules.isEmpty() ? with() : with(rules.split(";"));
        ListenerRules own =
                listener.isEmpty() ? ListenerRules.DEFAULTS : ListenerRules.of(NetworkProfile.valueOf(listener));
        assertThat(judge(settings, place(local, interfaceName, found), own))
                .isEqualTo(new Verdict(standing, profile, 3));
    }

    @ParameterizedTest(name = "role {0}, mpp {1}, listener {2}: {3}")
    @CsvSource({
        "SERVER, DEFAULT,  DEFAULT,  ELIGIBLE",
        "SERVER, DEFAULT,  DISABLED, LISTENER_MPP_DISABLED",
        "SERVER, ENABLED,  DISABLED, LISTENER_MPP_DISABLED",
        "SERVER, DISABLED, ENABLED,  MPP_DISABLED",
        "CLIENT, DEFAULT,  DEFAULT,  MPP_DISABLED",
        "CLIENT, DEFAULT,  ENABLED,  ELIGIBLE",
        "CLIENT, DEFAULT,  DISABLED, MPP_DISABLED",
        "CLIENT, ENABLED,  DEFAULT,  ELIGIBLE",
        "CLIENT, DISABLED, ENABLED,  MPP_DISABLED"
    })
    void aListenerGoesBeforeTheRolesDefaultAndNeverBeforeTheOneSwitchS1(
            Role role, Toggle mpp, Toggle listener, Standing expected) {
        SecuritySettings settings = SecuritySettings.of(role, mpp, Toggle.DEFAULT, PortSet.EMPTY);
        ListenerRules own = new ListenerRules(Optional.empty(), listener);
        assertThat(judge(settings, place("198.18.0.1", "eth0", NetworkProfile.PUBLIC), own)
                        .standing())
                .isEqualTo(expected);
    }

    @Test
    void theSameAddressesCantBeSaidTwice() {
        assertThatThrownBy(() -> with("10.0.0.5 - d - -", "10.0.0.5/32 - e - -"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distinct");
        assertThatThrownBy(() -> with("2001:db8::5 - d - -", "2001:DB8:0::5 - e - -"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> with("eth0 domain - - -"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found, not set");
        assertThatThrownBy(() -> ListenerRules.of(NetworkProfile.DOMAIN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<SecuritySettings> settings() {
        return SecuritySamples.settings();
    }

    @Provide
    Arbitrary<Arrival> arrivals() {
        return SecuritySamples.arrivals();
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void theExplanationIsTheJudgement(
            @ForAll("settings") SecuritySettings settings, @ForAll("arrivals") Arrival arrival) {
        Verdict verdict = SecurityPolicy.judge(settings, arrival);
        Judgement why = SecurityPolicy.explain(settings, arrival);
        assertThat(why.verdict()).isEqualTo(verdict);
        assertThat(why.steps()).extracting(Judgement.Step::standing).containsExactly(Standing.values());
        assertThat(why.steps().stream()
                        .filter(Judgement.Step::applies)
                        .findFirst()
                        .orElseThrow())
                .as("the first to which the answer is yes")
                .satisfies(step -> assertThat(step.standing()).isEqualTo(verdict.standing()))
                .satisfies(step -> assertThat(step.decides()).isTrue());
        assertThat(why.steps().stream().filter(Judgement.Step::decides)).hasSize(1);
        assertThat(why.profileFound())
                .isEqualTo(SecurityPolicy.profile(settings, arrival).how());
        assertThat(SecurityPolicy.profile(settings, arrival).network()).isEqualTo(verdict.profile());
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void whatIsExemptStaysExemptWhateverIsSwitchedOffBesides(
            @ForAll("settings") SecuritySettings settings, @ForAll("arrivals") Arrival arrival, @ForAll Random random) {
        FamilySettings off = new FamilySettings(Toggle.DISABLED, PortSet.EMPTY);
        boolean four = random.nextBoolean();
        SecuritySettings narrower = new SecuritySettings(
                settings.generation(),
                settings.role(),
                settings.mpp(),
                settings.profiles(),
                settings.portExemptions(),
                four ? new FamilySettings(off.mpp(), settings.ipv4().excludedPorts()) : settings.ipv4(),
                four
                        ? settings.ipv6()
                        : new FamilySettings(off.mpp(), settings.ipv6().excludedPorts()),
                settings.interfaces(),
                settings.connectionRateLimit(),
                settings.mppDryRun());
        boolean before = SecurityPolicy.judge(settings, arrival).eligible();
        boolean after = SecurityPolicy.judge(narrower, arrival).eligible();
        assertThat(!after || before)
                .as("S18: a family's switch can only narrow")
                .isTrue();
    }

    @Example
    void loopbackAddressesThatNoInterfaceListsAreTheLoopbacks() {
        Place loopback = place("127.0.0.1", "lo", NetworkProfile.DOMAIN);
        NetworkMap map = NetworkMap.of(List.of(loopback, place("198.18.0.1", "eth0", NetworkProfile.PUBLIC)));
        assertThat(map.of(address("127.9.9.9"))).isEqualTo(place("127.9.9.9", "lo", NetworkProfile.DOMAIN));
        assertThat(map.knows(address("127.9.9.9"))).isTrue();
        assertThat(map.of(address("127.0.0.1"))).isSameAs(loopback);
        assertThat(map.of(address("198.18.0.2"))).isEqualTo(Place.unknown(address("198.18.0.2")));
        assertThat(map.of(address("198.18.0.2")).found()).as("not trusted").isEqualTo(NetworkProfile.PUBLIC);
        assertThat(map.knows(address("198.18.0.2"))).isFalse();
        assertThat(NetworkMap.EMPTY.of(address("127.0.0.1"))).isEqualTo(Place.unknown(address("127.0.0.1")));
        assertThat(NetworkMap.EMPTY.knows(address("127.0.0.1"))).isFalse();
    }

    @Example
    void ofTwoPlacesWithOneAddressTheFirstCountsAndTheOrderOfOthersDoesNot() {
        Place first = place("198.18.0.1", "eth0", NetworkProfile.PUBLIC);
        Place second = place("198.18.0.1", "eth1", NetworkProfile.DOMAIN);
        Place other = place("198.18.0.2", "eth1", NetworkProfile.DOMAIN);
        assertThat(NetworkMap.of(List.of(first, second)).of(address("198.18.0.1")))
                .isSameAs(first);
        assertThat(NetworkMap.of(List.of(first, other))).isEqualTo(NetworkMap.of(List.of(other, first)));
        assertThat(NetworkMap.of(List.of(first, other)).hashCode())
                .isEqualTo(NetworkMap.of(List.of(other, first)).hashCode());
        assertThat(NetworkMap.of(List.of(other, first)).places()).containsExactly(first, other);
    }
}
