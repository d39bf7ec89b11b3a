package dev.spillway.syn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** That programs say of any packet what the rules say, and that a kernel would take them. */
class SynProgramPropertyTest {
    private static final int PACKETS = 200;

    @Property(tries = 150)
    void aProgramSaysWhatTheRulesSay(
            @ForAll long seed,
            @ForAll @IntRange(max = 300) int offenders,
            @ForAll @IntRange(max = 12) int exempt,
            @ForAll @IntRange(max = 12) int covered,
            @ForAll @DoubleRange(min = 0, max = 1) double rate,
            @ForAll Target.Hook hook) {
        Random random = new Random(seed);
        List<DeniedPrefix> sources = new ArrayList<>();
        for (int i = 0; i < offenders; i++) {
            sources.add(new DeniedPrefix(prefix(random), random.nextInt(100)));
        }
        SynRules rules = new SynRules(
                new SynOrder(rate, sources), new Destinations(some(random, exempt), some(random, covered)));
        SynProgram program = SynProgram.of(rules, Targets.of(hook));

        KernelRules.hold(program.instructions());
        for (int i = 0; i < PACKETS; i++) {
            Family family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
            byte[] source = near(
                    random, family, sources.stream().map(DeniedPrefix::source).toList());
            List<Prefix> places = new ArrayList<>(rules.destinations().exempt());
            places.addAll(rules.destinations().covered());
            byte[] destination = near(random, family, places);
            int drawn = random.nextInt();
            Packet packet = Packet.from(source, destination, Packet.SYN)
                    .ipOptions(random.nextInt(11))
                    .tcpOptions(random.nextInt(11))
                    .data(random.nextInt(30))
                    .make();
            assertThat(Targets.drops(hook, program, packet, drawn))
                    .as("from %s to %s, random %x", Prefix.of(in(source)), Prefix.of(in(destination)), drawn)
                    .isEqualTo(SynOracle.drops(rules, source, destination, drawn));
        }
    }

    @Property(tries = 200)
    void theNormalFormHasTheSameAddressesAndNoPrefixTooMany(@ForAll long seed, @ForAll @IntRange(max = 60) int count) {
        Random random = new Random(seed);
        List<Prefix> prefixes = new ArrayList<>(some(random, count));
        List<Prefix> normal = PrefixSet.of(prefixes).all();

        assertThat(normal).isSorted().hasSizeLessThanOrEqualTo(prefixes.size());
        for (int i = 1; i < normal.size(); i++) {
            Prefix one = normal.get(i - 1);
            Prefix other = normal.get(i);
            assertThat(one.contains(other)).isFalse();
            assertThat(one.family() == other.family()
                            && one.bits() == other.bits()
                            && one.parent().equals(other.parent()))
                    .isFalse();
        }
        for (int i = 0; i < PACKETS; i++) {
            byte[] address = near(random, random.nextBoolean() ? Family.IPV4 : Family.IPV6, prefixes);
            assertThat(normal.stream().anyMatch(prefix -> SynOracle.covers(prefix, address)))
                    .isEqualTo(prefixes.stream().anyMatch(prefix -> SynOracle.covers(prefix, address)));
        }
    }

    private static InetAddress in(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Set<Prefix> some(Random random, int count) {
        Set<Prefix> prefixes = new HashSet<>();
        for (int i = 0; i < count; i++) {
            prefixes.add(prefix(random));
        }
        return prefixes;
    }

    /** Prefixes that share their beginnings, so that they nest and touch. */
    private static Prefix prefix(Random random) {
        boolean v4 = random.nextBoolean();
        int most = v4 ? 32 : 128;
        int bits = random.nextInt(10) == 0 ? random.nextInt(most + 1) : most - random.nextInt(most / 3);
        long high = address(random);
        long low = random.nextBoolean() ? random.nextInt(4) : address(random);
        return new Prefix(
                v4 ? Family.IPV4 : Family.IPV6,
                high & ones(Math.min(bits, v4 ? 32 : 64)),
                v4 ? 0 : low & ones(bits - 64),
                bits);
    }

    private static long address(Random random) {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(2) * 255);
        }
        return bits;
    }

    private static long ones(int count) {
        return count <= 0 ? 0 : count >= 64 ? -1 : -1L << 64 - count;
    }

    /** An address in one of the prefixes, or beside it, or anywhere. */
    private static byte[] near(Random random, Family family, List<Prefix> prefixes) {
        List<Prefix> own =
                prefixes.stream().filter(prefix -> prefix.family() == family).toList();
        int length = family == Family.IPV4 ? 4 : 16;
        byte[] address = new byte[length];
        random.nextBytes(address);
        if (!own.isEmpty() && random.nextInt(5) != 0) {
            Prefix prefix = own.get(random.nextInt(own.size()));
            int fill = random.nextInt(3) - 1;
            for (int bit = 0; bit < length * 8; bit++) {
                long half = bit < 64 ? prefix.high() : prefix.low();
                boolean one = bit < prefix.bits()
                        ? (half >>> 63 - bit % 64 & 1) != 0
                        : fill < 0 ? random.nextBoolean() : fill == 1;
                set(address, bit, one);
            }
            if (random.nextInt(3) == 0) {
                int bit = random.nextInt(length * 8);
                set(address, bit, (address[bit / 8] >>> 7 - bit % 8 & 1) == 0);
            }
        }
        return address;
    }

    private static void set(byte[] address, int bit, boolean one) {
        int mask = 0x80 >>> bit % 8;
        address[bit / 8] = (byte) (one ? address[bit / 8] | mask : address[bit / 8] & ~mask);
    }
}
