package dev.spillway.syn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.security.Family;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How much goes into a program, and what becomes of what does not. */
class SynCompilerTest {
    private static final Random RANDOM = new Random(5);

    private static List<DeniedPrefix> offenders(Family family, int bits, int count) {
        Set<Prefix> prefixes = new LinkedHashSet<>();
        while (prefixes.size() < count) {
            long high = RANDOM.nextLong();
            long low = RANDOM.nextLong();
            prefixes.add(new Prefix(
                    family,
                    high & (bits >= 64 ? -1 : -1L << 64 - bits),
                    bits <= 64 ? 0 : low & (bits == 128 ? -1 : -1L << 128 - bits),
                    bits));
        }
        List<DeniedPrefix> offenders = new ArrayList<>();
        prefixes.forEach(prefix -> offenders.add(new DeniedPrefix(prefix, RANDOM.nextInt(1000))));
        return offenders;
    }

    private static Compilation compile(List<DeniedPrefix> offenders, int most) {
        return new SynCompiler(Target.FILTER, most)
                .compile(new SynRules(new SynOrder(0.3, offenders), Destinations.ALL));
    }

    private static int size(List<DeniedPrefix> offenders) {
        Compilation compilation = compile(offenders, SynProgram.MOST_INSTRUCTIONS);
        assertThat(compilation).isInstanceOf(Compilation.Whole.class);
        SynProgram program = ((Compilation.Whole) compilation).program();
        KernelRules.hold(program.instructions());
        return program.size();
    }

    @Test
    void aThousandPrefixesFit() {
        assertThat(size(offenders(Family.IPV4, 32, 1000))).isLessThan(1350);
        assertThat(size(offenders(Family.IPV4, 24, 1000))).isLessThan(2100);
        assertThat(size(offenders(Family.IPV6, 64, 1000))).isLessThan(3400);
    }

    @Test
    void threeThousandAddressesOfIpv4FitAndFiveHundredAndFiftyOfIpv6() {
        size(offenders(Family.IPV4, 32, 3000));
        size(offenders(Family.IPV6, 128, 550));
    }

    @Test
    void eightHundredAndEightyOfBothFamiliesFitTogether() {
        List<DeniedPrefix> both = new ArrayList<>(offenders(Family.IPV4, 32, 880));
        both.addAll(offenders(Family.IPV6, 64, 880));
        size(both);
    }

    @Test
    void addressesThatShareTheirBeginningTakeLess() {
        List<DeniedPrefix> neighbours = new ArrayList<>();
        for (DeniedPrefix each : offenders(Family.IPV4, 32, 3000)) {
            neighbours.add(new DeniedPrefix(
                    new Prefix(Family.IPV6, 0x20010db800010000L, each.source().high() >>> 32, 128), 1));
        }
        size(neighbours);
    }

    @Test
    void aSearchAmongAThousandTakesFewSteps() {
        List<DeniedPrefix> offenders = offenders(Family.IPV6, 64, 1000);
        SynProgram program = SynProgram.of(new SynRules(new SynOrder(0.3, offenders), Destinations.ALL), Target.FILTER);
        BpfMachine machine = new BpfMachine(program.instructions());
        byte[] server = Packet.address("2001:db8::1").getAddress();
        for (DeniedPrefix each : offenders) {
            byte[] client = ByteBuffer.allocate(16)
                    .putLong(each.source().high())
                    .putLong(7)
                    .array();
            Packet packet = Packet.from(client, server, Packet.SYN).make();
            assertThat(machine.run(packet, packet.transport(), -1)).isZero();
            assertThat(machine.steps()).isLessThan(45);
        }
    }

    @Test
    void theLightestAreLetInAndNoMoreThanNeeded() {
        List<DeniedPrefix> many = offenders(Family.IPV6, 128, 3000);

        Compilation.Reduced reduced = (Compilation.Reduced) compile(many, SynProgram.MOST_INSTRUCTIONS);

        KernelRules.hold(reduced.program().instructions());
        assertThat(reduced.program().size()).isGreaterThan(SynProgram.MOST_INSTRUCTIONS - 20);
        assertThat(reduced.letIn()).hasSizeBetween(2400, 2460).isSubsetOf(many);
        long heaviestLetIn = reduced.letIn().get(0).weight();
        List<DeniedPrefix> kept = new ArrayList<>(many);
        kept.removeAll(reduced.letIn());
        assertThat(kept).allMatch(each -> each.weight() >= heaviestLetIn);
        assertThat(many)
                .allSatisfy(each ->
                        assertThat(drops(reduced.program(), each.source())).isEqualTo(kept.contains(each)));
    }

    private static boolean drops(SynProgram program, Prefix source) {
        byte[] client = ByteBuffer.allocate(16)
                .putLong(source.high())
                .putLong(source.low())
                .array();
        Packet packet = Packet.from(client, Packet.address("2001:db8::1").getAddress(), Packet.SYN)
                .make();
        return Targets.drops(Target.Hook.SOCKET_FILTER, program, packet, -1);
    }

    @Test
    void aSmallerLimitIsKept() {
        Compilation.Reduced reduced = (Compilation.Reduced) compile(offenders(Family.IPV4, 32, 1000), 512);

        assertThat(reduced.program().size()).isBetween(500, 512);
    }

    @Test
    void exemptDestinationsNeverGiveWay() {
        List<Prefix> exempt = offenders(Family.IPV4, 32, 5000).stream()
                .map(DeniedPrefix::source)
                .toList();
        SynRules rules = new SynRules(SynOrder.of(1), Destinations.allBut(exempt));

        Compilation compilation = new SynCompiler(Target.FILTER, SynProgram.MOST_INSTRUCTIONS).compile(rules);

        assertThat(compilation).isInstanceOfSatisfying(Compilation.Impossible.class, impossible -> {
            assertThat(impossible.size()).isGreaterThan(impossible.most());
            assertThat(impossible.most()).isEqualTo(SynProgram.MOST_INSTRUCTIONS);
        });
    }

    @Test
    void aLimitThatNoKernelHasIsRefused() {
        for (int most : new int[] {0, -1, 4097}) {
            assertThatThrownBy(() -> new SynCompiler(Target.FILTER, most)).hasMessageContaining("(expected: 1-4096)");
        }
    }
}
