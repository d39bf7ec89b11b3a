package dev.spillway.syn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.security.Family;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who goes to the sinkhole, and that nobody else does. */
class SteeringTest {
    private static final int KEY = 0x5eed1234;
    private static final int SYN_ACK = Packet.SYN | Packet.ACK;

    private static int index(SynProgram program, Packet packet, int random) {
        KernelRules.hold(program.instructions());
        return new BpfMachine(program.instructions()).run(packet, packet.payload(), random);
    }

    private static SynProgram gate(Steering steering, double rate) {
        return SynProgram.of(new SynRules(SynOrder.of(rate), Destinations.ALL), steering.target());
    }

    private static Packet some(Random random, int flags) {
        boolean v4 = random.nextBoolean();
        byte[] source = new byte[v4 ? 4 : 16];
        byte[] destination = new byte[v4 ? 4 : 16];
        random.nextBytes(source);
        random.nextBytes(destination);
        Packet.Maker maker = Packet.from(source, destination, flags)
                .port(random.nextInt(65536))
                .tcpOptions(random.nextInt(11));
        if (v4) {
            maker.ipOptions(random.nextInt(11));
        } else if (random.nextInt(4) == 0) {
            maker.extension(60);
        }
        return maker.data(random.nextInt(3)).make();
    }

    @Property(tries = 300)
    void whatIsNoSynAloneNeverGoesToTheSinkhole(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int members, @ForAll int key) {
        Random random = new Random(seed);
        SynProgram program = gate(new Steering(members, key), 1);
        for (int flags : new int[] {Packet.ACK, SYN_ACK, Packet.RST, Packet.FIN | Packet.ACK, 0}) {
            assertThat(index(program, some(random, flags), random.nextInt())).isBetween(0, members - 1);
        }
    }

    @Property(tries = 300)
    void aSynGoesToTheSinkholeOrToTheMemberThatItsAckGoesTo(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 70) int members,
            @ForAll @DoubleRange(min = 0, max = 1) double rate) {
        Random random = new Random(seed);
        SynProgram program = gate(new Steering(members, KEY), rate);
        byte[] source = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(source);
        byte[] destination = source.clone();
        int port = random.nextInt(65536);
        int chance = random.nextInt();
        int syn = index(
                program, Packet.from(source, destination, Packet.SYN).port(port).make(), chance);
        int ack = index(
                program, Packet.from(source, destination, Packet.ACK).port(port).make(), 0);
        boolean drops = Integer.toUnsignedLong(chance) < Math.round(rate * 0x1p32);
        assertThat(syn).isEqualTo(drops ? members : ack);
        assertThat(ack).isBetween(0, members - 1);
    }

    @Property(tries = 200)
    void aPacketThatIsCutOffGoesToAMember(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int members,
            @ForAll @IntRange(max = 20) int length) {
        Packet packet = some(new Random(seed), Packet.SYN).truncated(length);
        // Without its flags it is no SYN; with them it may be one that is dropped.
        int index = index(gate(new Steering(members, KEY), 1), packet, 0);
        assertThat(index).isBetween(0, length > 13 ? members : members - 1);
    }

    @Test
    void clientsAreSpreadEvenlyWhetherTheyDifferByPortOrByAddress() {
        for (int members : new int[] {2, 3, 8, 64}) {
            SynProgram program = gate(new Steering(members, KEY), 0);
            int[] byPort = new int[members];
            int[] byPortV6 = new int[members];
            int[] byAddress = new int[members];
            int each = 2000;
            for (int i = 0; i < each * members; i++) {
                // Outgoing ports of Linux are every other one.
                int port = 1024 + 2 * i % 64000;
                byPort[
                        index(
                                program,
                                Packet.from(v4(1), v4(2), Packet.SYN).port(port).make(),
                                0)]++;
                byPortV6[
                        index(
                                program,
                                Packet.from(v6(1), v6(2), Packet.SYN).port(port).make(),
                                0)]++;
                byAddress[index(program, Packet.from(v4(i), v4(2), Packet.SYN).make(), 0)]++;
            }
            for (int[] counts : List.of(byPort, byPortV6, byAddress)) {
                for (int count : counts) {
                    assertThat(count).isBetween(each * 8 / 10, each * 12 / 10);
                }
            }
        }
    }

    private static byte[] v4(int host) {
        return new byte[] {(byte) 198, 18, (byte) (host >> 8), (byte) host};
    }

    private static byte[] v6(int host) {
        byte[] address = new byte[16];
        address[0] = 0x20;
        address[1] = 0x01;
        address[15] = (byte) host;
        return address;
    }

    @Test
    void anotherKeyIsAnotherSpread() {
        SynProgram one = gate(new Steering(8, 1), 0);
        SynProgram other = gate(new Steering(8, 77), 0);
        int same = 0;
        for (int port = 10000; port < 11000; port++) {
            Packet packet = Packet.from(v4(1), v4(2), Packet.SYN).port(port).make();
            same += index(one, packet, 0) == index(other, packet, 0) ? 1 : 0;
        }
        assertThat(same).isLessThan(300);
    }

    @Test
    void onlyOurOwnFillTheQueue() {
        Steering steering = new Steering(3, KEY);
        for (Family family : Family.values()) {
            String own = family == Family.IPV4 ? "127.0.0.1" : "2001:db8::1";
            String other = family == Family.IPV4 ? "127.0.0.2" : "2001:db8::2";
            SynProgram program = steering.filling(List.of(
                    new InetSocketAddress(Packet.address(own), 50001),
                    new InetSocketAddress(Packet.address(own), 50002)));
            for (int flags : new int[] {Packet.SYN, Packet.ACK}) {
                for (int port : new int[] {50001, 50002}) {
                    assertThat(index(
                                    program,
                                    Packet.from(bytes(own), bytes(own), flags)
                                            .port(port)
                                            .make(),
                                    0))
                            .isEqualTo(3);
                    assertThat(index(
                                    program,
                                    Packet.from(bytes(other), bytes(own), flags)
                                            .port(port)
                                            .make(),
                                    0))
                            .isBetween(0, 2);
                }
                assertThat(index(
                                program,
                                Packet.from(bytes(own), bytes(own), flags)
                                        .port(50003)
                                        .make(),
                                0))
                        .isBetween(0, 2);
            }
            Packet foreign = Packet.from(v4(1), v4(2), Packet.SYN).port(50001).make();
            assertThat(index(program, foreign, 0)).isBetween(0, 2);
            Packet foreignV6 = Packet.from(v6(9), v6(2), Packet.SYN).port(50001).make();
            assertThat(index(program, foreignV6, 0)).isBetween(0, 2);
        }
    }

    private static byte[] bytes(String address) {
        return Packet.address(address).getAddress();
    }

    @Test
    void whatCantBeSteeredIsRefused() {
        assertThatThrownBy(() -> new Steering(0, KEY)).hasMessage("members: 0 (expected: positive)");
        assertThatThrownBy(() -> new Steering(1, KEY).filling(List.of()))
                .hasMessage("sources: none (expected: one at least)");
    }
}
