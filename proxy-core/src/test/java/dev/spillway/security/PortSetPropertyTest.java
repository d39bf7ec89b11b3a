package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A set of ports against the plainest one there is: a bit for each port. */
class PortSetPropertyTest {
    @Provide
    Arbitrary<PortRange> ranges() {
        Arbitrary<Integer> anywhere = Arbitraries.integers().between(0, 65535);
        Arbitrary<Integer> crowded = Arbitraries.integers().between(0, 40);
        Arbitrary<Integer> end = Arbitraries.oneOf(crowded, crowded.map(n -> 65535 - n), anywhere);
        return Combinators.combine(end, end).as((a, b) -> new PortRange(Math.min(a, b), Math.max(a, b)));
    }

    @Provide
    Arbitrary<List<PortRange>> lists() {
        Arbitrary<PortRange> narrow = Combinators.combine(
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.integers().between(0, 3))
                .as((first, more) -> new PortRange(first, first + more));
        return Arbitraries.oneOf(ranges(), narrow, narrow).list().ofMaxSize(30);
    }

    private static BitSet bits(List<PortRange> ranges) {
        BitSet bits = new BitSet();
        ranges.forEach(range -> bits.set(range.first(), range.last() + 1));
        return bits;
    }

    @Property(tries = 300)
    void itHoldsExactlyThePortsOfItsRanges(@ForAll("lists") List<PortRange> ranges) {
        PortSet set = PortSet.of(ranges);
        BitSet oracle = bits(ranges);
        for (int port = -1; port <= 65536; port++) {
            boolean expected = port >= 0 && oracle.get(port);
            if (set.contains(port) != expected) {
                assertThat(set.contains(port))
                        .as("port %d in %s of %s", port, set, ranges)
                        .isEqualTo(expected);
            }
        }
        assertThat(set.isEmpty()).isEqualTo(ranges.isEmpty());
    }

    @Property(tries = 300)
    void itsNormalFormIsAscendingDisjointAndDoesNotTouch(@ForAll("lists") List<PortRange> ranges) {
        List<PortRange> normal = PortSet.of(ranges).ranges();
        for (int i = 1; i < normal.size(); i++) {
            assertThat(normal.get(i).first()).isGreaterThan(normal.get(i - 1).last() + 1);
        }
        assertThat(bits(normal)).isEqualTo(bits(ranges));
        assertThat(PortSet.of(normal)).isEqualTo(PortSet.of(ranges));
    }

    @Property(tries = 200)
    void theOrderOfTheRangesDoesNotMatter(@ForAll("lists") List<PortRange> ranges, @ForAll Random random) {
        List<PortRange> shuffled = new java.util.ArrayList<>(ranges);
        Collections.shuffle(shuffled, random);
        assertThat(PortSet.of(shuffled)).isEqualTo(PortSet.of(ranges)).hasSameHashCodeAs(PortSet.of(ranges));
    }

    @Example
    void everyOtherPortIsTheLargestSetThereIsAndNoneIsDropped() {
        PortSet set = PortSet.of(IntStream.rangeClosed(0, 32767)
                .mapToObj(n -> new PortRange(2 * n, 2 * n))
                .toList());
        assertThat(set.ranges()).hasSize(32768);
        assertThat(set.contains(65534)).isTrue();
        assertThat(set.contains(65535)).isFalse();
    }

    @Example
    void moreThanTwelveRangesAllCountWhichTheOriginalIgnored() {
        PortSet set = PortSet.of(IntStream.range(0, 13)
                .mapToObj(n -> new PortRange(100 * n, 100 * n + 5))
                .toList());
        assertThat(set.ranges()).as("S20").hasSize(13);
        assertThat(set.contains(1205)).isTrue();
    }

    @Example
    void theEmptySetHoldsNoPort() {
        assertThat(PortSet.of(List.of())).isSameAs(PortSet.EMPTY);
        assertThat(PortSet.EMPTY.contains(0)).isFalse();
    }

    @Example
    void overlappingAndSubRangesMeanWhatTheySay() {
        PortSet set = PortSet.of(List.of(new PortRange(10, 20), new PortRange(12, 13), new PortRange(15, 30)));
        assertThat(set.ranges()).as("S17a").containsExactly(new PortRange(10, 30));
    }
}
