package dev.spillway.syn;

import static dev.spillway.syn.Packet.ACK;
import static dev.spillway.syn.Packet.ECN;
import static dev.spillway.syn.Packet.FIN;
import static dev.spillway.syn.Packet.RST;
import static dev.spillway.syn.Packet.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.connection.SourceGroup;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs do with packets, run by an interpreter on their bytes. */
class SynProgramTest {
    private static final String CLIENT = "198.51.100.7";
    private static final String SERVER = "192.0.2.1";
    private static final String CLIENT6 = "2001:db8:1::7";
    private static final String SERVER6 = "2001:db8:2::1";
    private static final SynRules ALL = rules(1);

    private static SynRules rules(double rate, String... offenders) {
        return new SynRules(new SynOrder(rate, offenders(offenders)), Destinations.ALL);
    }

    private static List<DeniedPrefix> offenders(String... sources) {
        return Stream.of(sources).map(text -> new DeniedPrefix(prefix(text), 1)).toList();
    }

    private static Prefix prefix(String text) {
        return Prefix.of(AddressBlock.parse(text).orElseThrow());
    }

    private static boolean drops(Target.Hook hook, SynRules rules, Packet packet) {
        return drops(hook, rules, packet, 0);
    }

    private static boolean drops(Target.Hook hook, SynRules rules, Packet packet, int random) {
        return Targets.drops(hook, SynProgram.of(rules, Targets.of(hook)), packet, random);
    }

    static Stream<Packet> synsThatAreDropped() {
        return Stream.of(
                Packet.tcp(CLIENT, SERVER, SYN),
                Packet.tcp(CLIENT6, SERVER6, SYN),
                Packet.tcp(CLIENT, SERVER, SYN | ECN),
                Packet.tcp(CLIENT, SERVER, SYN | FIN),
                Packet.from(CLIENT, SERVER, SYN).tcpOptions(10).make(),
                Packet.from(CLIENT, SERVER, SYN).data(100).make(),
                Packet.from(CLIENT, SERVER, SYN).ipOptions(1).make(),
                Packet.from(CLIENT, SERVER, SYN)
                        .ipOptions(10)
                        .tcpOptions(3)
                        .data(1)
                        .make(),
                Packet.from(CLIENT, SERVER, SYN).fragment(0x4000).make(),
                Packet.from(CLIENT6, SERVER6, SYN).tcpOptions(4).data(7).make());
    }

    @ParameterizedTest
    @MethodSource("synsThatAreDropped")
    void aSynIsDropped(Packet packet) {
        for (Target.Hook hook : Target.Hook.values()) {
            assertThat(drops(hook, ALL, packet)).as("%s", hook).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SYN | ACK, ACK, RST, RST | ACK, FIN | ACK, FIN, 0, ACK | 0x08, 0xff, ECN | ACK | SYN})
    void whatIsNoSynAlonePasses(int flags) {
        for (Target.Hook hook : Target.Hook.values()) {
            assertThat(drops(hook, ALL, Packet.tcp(CLIENT, SERVER, flags))).isFalse();
            assertThat(drops(hook, ALL, Packet.tcp(CLIENT6, SERVER6, flags))).isFalse();
            assertThat(drops(
                            hook,
                            ALL,
                            Packet.from(CLIENT, SERVER, flags)
                                    .ipOptions(7)
                                    .data(9)
                                    .make()))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPieceOfAPacketPasses(Target.Hook hook) {
        assertThat(drops(
                        hook,
                        ALL,
                        Packet.from(CLIENT, SERVER, SYN).fragment(0x0001).make()))
                .isFalse();
        assertThat(drops(
                        hook,
                        ALL,
                        Packet.from(CLIENT, SERVER, SYN).fragment(0x2001).make()))
                .isFalse();
        // The first one of several: the kernel shows it only when it has them all.
        assertThat(drops(
                        hook,
                        ALL,
                        Packet.from(CLIENT, SERVER, SYN).fragment(0x2000).make()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12, 13, 14, 19})
    void whatHasNoWholeTcpHeaderPassesAFilter(int bytes) {
        Packet v4 = Packet.tcp(CLIENT, SERVER, SYN).truncated(bytes);
        Packet v6 = Packet.tcp(CLIENT6, SERVER6, SYN).truncated(bytes);
        SynRules rules = new SynRules(
                new SynOrder(1, offenders(CLIENT, CLIENT6)), Destinations.allBut(List.of(prefix("10.0.0.0/8"))));

        assertThat(drops(Target.Hook.SOCKET_FILTER, rules, v4)).isFalse();
        assertThat(drops(Target.Hook.SOCKET_FILTER, rules, v6)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 7, 15})
    void anUnknownVersionPasses(int version) {
        for (Target.Hook hook : Target.Hook.values()) {
            assertThat(drops(
                            hook,
                            ALL,
                            Packet.from(CLIENT, SERVER, SYN).version(version).make()))
                    .isFalse();
        }
    }

    @Test
    void whatIsNotTcpPassesAReuseportProgram() {
        assertThat(drops(
                        Target.Hook.REUSEPORT,
                        ALL,
                        Packet.from(CLIENT, SERVER, SYN).protocol(17).make()))
                .isFalse();
        assertThat(drops(
                        Target.Hook.REUSEPORT,
                        ALL,
                        Packet.from(CLIENT6, SERVER6, SYN).protocol(17).make()))
                .isFalse();
    }

    @Test
    void anExtensionHeaderDoesNotMatterToAFilterAndPassesAReuseportProgram() {
        Packet packet = Packet.from(CLIENT6, SERVER6, SYN).extension(0).make();

        assertThat(drops(Target.Hook.SOCKET_FILTER, ALL, packet)).isTrue();
        assertThat(drops(Target.Hook.SOCKET_FILTER, rules(0, CLIENT6), packet)).isTrue();
        assertThat(drops(Target.Hook.REUSEPORT, ALL, packet)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theRateIsTheShareOfRandomNumbers(Target.Hook hook) {
        Packet packet = Packet.tcp(CLIENT, SERVER, SYN);
        int last = (int) Math.round(0.3 * 0x1p32) - 1;

        assertThat(drops(hook, rules(0.3), packet, 0)).isTrue();
        assertThat(drops(hook, rules(0.3), packet, last)).isTrue();
        assertThat(drops(hook, rules(0.3), packet, last + 1)).isFalse();
        assertThat(drops(hook, rules(0.3), packet, -1)).isFalse();
        assertThat(drops(hook, rules(0.75), packet, 0x80000000)).isTrue();
        assertThat(drops(hook, rules(0.75), packet, 0xc0000000)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void noneAndAllAreExact(Target.Hook hook) {
        for (int random : new int[] {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            assertThat(drops(hook, rules(0), Packet.tcp(CLIENT, SERVER, SYN), random))
                    .isFalse();
            assertThat(drops(hook, rules(1), Packet.tcp(CLIENT, SERVER, SYN), random))
                    .isTrue();
            assertThat(drops(hook, rules(Double.MIN_VALUE), Packet.tcp(CLIENT, SERVER, SYN), random))
                    .isFalse();
            assertThat(drops(hook, rules(Math.nextDown(1.0)), Packet.tcp(CLIENT, SERVER, SYN), random))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOffenderIsDroppedWhateverTheRate(Target.Hook hook) {
        SynRules rules = rules(0, "198.51.100.0/25", "2001:db8:1::/48");

        assertThat(drops(hook, rules, Packet.tcp("198.51.100.0", SERVER, SYN))).isTrue();
        assertThat(drops(hook, rules, Packet.tcp("198.51.100.127", SERVER, SYN)))
                .isTrue();
        assertThat(drops(hook, rules, Packet.tcp("198.51.100.128", SERVER, SYN)))
                .isFalse();
        assertThat(drops(hook, rules, Packet.tcp("198.51.99.255", SERVER, SYN))).isFalse();
        assertThat(drops(hook, rules, Packet.tcp("2001:db8:1:ffff::9", SERVER6, SYN)))
                .isTrue();
        assertThat(drops(hook, rules, Packet.tcp("2001:db8:2::9", SERVER6, SYN)))
                .isFalse();
        assertThat(drops(hook, rules, Packet.tcp("198.51.100.1", SERVER, ACK))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anExemptDestinationIsLeftAloneByRateAndOffenders(Target.Hook hook) {
        SynRules rules = new SynRules(
                new SynOrder(1, offenders(CLIENT, CLIENT6)),
                Destinations.allBut(List.of(prefix("10.1.0.0/16"), prefix("fd00::5"))));

        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.1.2.3", SYN))).isFalse();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.2.2.3", SYN))).isTrue();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT6, "fd00::5", SYN))).isFalse();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT6, "fd00::6", SYN))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aMappedAddressIsTheIpv4Address(Target.Hook hook) {
        Prefix mapped = Prefix.of(AddressBlock.of(Packet.address("::ffff:10.1.2.3")));
        SynRules rules = new SynRules(new SynOrder(1, List.of()), Destinations.allBut(List.of(mapped)));

        assertThat(mapped).isEqualTo(prefix("10.1.2.3"));
        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.1.2.3", SYN))).isFalse();
        byte[] onTheWire = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 9, 9, 9};
        byte[] client6 = Packet.address(CLIENT6).getAddress();
        assertThat(drops(hook, rules, Packet.from(client6, onTheWire, SYN).make()))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aFamilyCanBeExempt(Target.Hook hook) {
        SynRules noV4 = new SynRules(
                new SynOrder(1, offenders(CLIENT)), Destinations.allBut(List.of(Destinations.every(Family.IPV4))));
        SynRules noV6 = new SynRules(
                new SynOrder(1, offenders(CLIENT6)), Destinations.allBut(List.of(Destinations.every(Family.IPV6))));

        assertThat(drops(hook, noV4, Packet.tcp(CLIENT, SERVER, SYN))).isFalse();
        assertThat(drops(hook, noV4, Packet.tcp(CLIENT6, SERVER6, SYN))).isTrue();
        assertThat(drops(hook, noV6, Packet.tcp(CLIENT, SERVER, SYN))).isTrue();
        assertThat(drops(hook, noV6, Packet.tcp(CLIENT6, SERVER6, SYN))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theMostSpecificDestinationDecides(Target.Hook hook) {
        SynRules rules = new SynRules(
                new SynOrder(1, List.of()),
                new Destinations(Set.of(prefix("10.0.0.0/8"), prefix("10.1.2.3")), Set.of(prefix("10.1.0.0/16"))));

        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.9.9.9", SYN))).isFalse();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.1.9.9", SYN))).isTrue();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "10.1.2.3", SYN))).isFalse();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT, "11.1.2.3", SYN))).isTrue();
        assertThat(drops(hook, rules, Packet.tcp(CLIENT6, SERVER6, SYN))).isTrue();
    }

    @Test
    void everythingExemptIsAProgramThatPasses() {
        SynRules rules = new SynRules(
                new SynOrder(1, List.of()),
                Destinations.allBut(List.of(Destinations.every(Family.IPV4), Destinations.every(Family.IPV6))));
        for (Target.Hook hook : Target.Hook.values()) {
            SynProgram program = SynProgram.of(rules, Targets.of(hook));
            KernelRules.hold(program.instructions());
            assertThat(Targets.drops(hook, program, Packet.tcp(CLIENT, SERVER, SYN), 0))
                    .isFalse();
        }
    }

    @Test
    void aGroupOfSourcesIsThePrefixItStandsFor() {
        SourceGroup four = SourceGroup.of(Packet.address("203.0.113.77"), 24, 64);
        SourceGroup six = SourceGroup.of(Packet.address("2001:db8:9:9:1:2:3:4"), 24, 64);
        SourceGroup whole = SourceGroup.of(Packet.address("2001:db8:9:9:1:2:3:4"), 24, 128);

        assertThat(Prefix.of(four)).isEqualTo(prefix("203.0.113.0/24")).hasToString("203.0.113.0/24");
        assertThat(Prefix.of(six)).isEqualTo(prefix("2001:db8:9:9::/64"));
        assertThat(Prefix.of(whole)).isEqualTo(prefix("2001:db8:9:9:1:2:3:4")).hasToString("2001:db8:9:9:1:2:3:4");
    }

    @Test
    void waysThatDoNotEndAreRefused() {
        assertThatThrownBy(() -> new Target(Target.Hook.REUSEPORT, List.of(), List.of(Instruction.returning(0))))
                .hasMessageContaining("pass: [] (expected: its last instruction returns)");
        assertThatThrownBy(() -> new Target(
                        Target.Hook.REUSEPORT,
                        List.of(Instruction.returning(0)),
                        List.of(Instruction.of(Instruction.JUMP, 0))))
                .hasMessageContaining("drop: ");
    }

    @Test
    void aRateOutOfRangeIsRefused() {
        for (double rate : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> SynOrder.of(rate)).hasMessageContaining("(expected: 0..1)");
        }
    }

    @Test
    void aRateAloneIsAShortProgram() {
        List<Integer> sizes = new ArrayList<>();
        for (Target.Hook hook : Target.Hook.values()) {
            sizes.add(SynProgram.of(rules(0.5), Targets.of(hook)).size());
        }
        assertThat(sizes).allMatch(size -> size < 32);
    }
}
