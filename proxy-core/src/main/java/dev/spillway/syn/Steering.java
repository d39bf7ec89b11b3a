package dev.spillway.syn;

import static dev.spillway.syn.Instruction.JUMP;
import static dev.spillway.syn.Instruction.JUMP_EQUAL;
import static dev.spillway.syn.Instruction.LOAD_BYTE;
import static dev.spillway.syn.Instruction.LOAD_HALF;
import static dev.spillway.syn.Instruction.LOAD_HALF_INDEXED;
import static dev.spillway.syn.Instruction.LOAD_HEADER_LENGTH;
import static dev.spillway.syn.Instruction.LOAD_WORD;
import static dev.spillway.syn.Instruction.MULTIPLY;
import static dev.spillway.syn.Instruction.REMAINDER;
import static dev.spillway.syn.Instruction.RETURN_ACCUMULATOR;
import static dev.spillway.syn.Instruction.SHIFT_RIGHT;
import static dev.spillway.syn.Instruction.TO_INDEX;
import static dev.spillway.syn.Instruction.XOR_INDEX;

import dev.spillway.security.Family;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the sockets that share an address a segment goes to, when there is one more beside those that accept: the sinkhole,
 * which came last and so has the index after theirs.
 *
 * <p><b>Nobody goes to the sinkhole but who is sent there.</b> The kernel asks the program for each segment that belongs to no
 * connection and no handshake it knows: SYNs, and the ACKs that bring a SYN cookie. All but the SYNs that are to be dropped go
 * to one of the members, chosen by source address and port, so that a client's ACK goes where its SYN went. An index that no
 * socket has would leave the choice to the kernel, which would choose among all, the sinkhole included.
 *
 * <p><b>How they are chosen.</b> Address and port are multiplied, mixed and reduced as the kernel's own hash would be; the
 * key, which nobody outside knows, makes the factors, so that no client can choose its member.
 *
 * @param members how many sockets accept, positive; they have the indices 0 … members - 1
 * @param key any number that can't be guessed
 */
public record Steering(int members, int key) {
    private static final int NETWORK_HEADER = -0x100000;
    private static final int VERSION_SHIFT = 4;
    private static final int V4 = 4;
    private static final int V6 = 6;
    private static final int V4_SOURCE = 12;
    private static final int V6_SOURCE = 8;
    private static final int V6_HEADER = 40;
    private static final int V6_WORDS = 4;
    private static final int HALF = 16;

    /** Odd, and with no pattern: 2^32 over the golden ratio, and the square root of three likewise. */
    private static final int MIX = 0x9e3779b1;

    private static final int OTHER_MIX = 0x6ed9eba1;

    /** @throws IllegalArgumentException if there are no members */
    public Steering {
        if (members <= 0) {
            throw new IllegalArgumentException("members: " + members + " (expected: positive)");
        }
    }

    /** For programs that drop SYNs by sending them to the sinkhole. */
    public Target target() {
        return new Target(Target.Hook.REUSEPORT, spread(), sinkhole());
    }

    private List<Instruction> sinkhole() {
        return List.of(Instruction.returning(members));
    }

    /**
     * Sends what comes from these addresses to the sinkhole, SYN or not, and all else to the members.
     *
     * @param sources of connections of our own, which fill its queue; one at least
     */
    public SynProgram filling(List<InetSocketAddress> sources) {
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("sources: none (expected: one at least)");
        }
        Assembler out = new Assembler();
        int others = out.ending(spread());
        int sinkhole = out.ending(sinkhole());
        int begin = others;
        for (InetSocketAddress source : sources) {
            begin = from(out, source, sinkhole, begin);
        }
        return new SynProgram(out.program());
    }

    private static int from(Assembler out, InetSocketAddress source, int yes, int no) {
        Prefix address = Prefix.of(source.getAddress());
        boolean v4 = address.family() == Family.IPV4;
        int next = out.jump(JUMP_EQUAL, source.getPort(), yes, no);
        if (v4) {
            next = out.straight(Instruction.of(LOAD_HALF_INDEXED, NETWORK_HEADER), next);
            next = out.straight(Instruction.of(LOAD_HEADER_LENGTH, NETWORK_HEADER), next);
        } else {
            next = out.straight(Instruction.of(LOAD_HALF, NETWORK_HEADER + V6_HEADER), next);
        }
        int begin = NETWORK_HEADER + (v4 ? V4_SOURCE : V6_SOURCE);
        for (int i = (v4 ? 1 : V6_WORDS) - 1; i >= 0; i--) {
            next = out.jump(JUMP_EQUAL, address.word(i), next, no);
            next = out.straight(Instruction.of(LOAD_WORD, begin + i * Integer.BYTES), next);
        }
        next = out.jump(JUMP_EQUAL, v4 ? V4 : V6, next, no);
        next = out.straight(Instruction.of(SHIFT_RIGHT, VERSION_SHIFT), next);
        return out.straight(Instruction.of(LOAD_BYTE, NETWORK_HEADER), next);
    }

    /** Ends a program with the index of a member; a packet too short for that ends it with 0, which is one. */
    private List<Instruction> spread() {
        if (members == 1) {
            return List.of(Instruction.returning(0));
        }
        List<Instruction> v6 = List.of(
                Instruction.of(LOAD_HALF, NETWORK_HEADER + V6_HEADER),
                Instruction.of(MULTIPLY, MIX * key | 1),
                Instruction.of(TO_INDEX, 0),
                Instruction.of(LOAD_WORD, NETWORK_HEADER + V6_SOURCE + (V6_WORDS - 1) * Integer.BYTES));
        List<Instruction> v4 = List.of(
                Instruction.of(LOAD_HEADER_LENGTH, NETWORK_HEADER),
                Instruction.of(LOAD_HALF_INDEXED, NETWORK_HEADER),
                Instruction.of(MULTIPLY, MIX * key | 1),
                Instruction.of(TO_INDEX, 0),
                Instruction.of(LOAD_WORD, NETWORK_HEADER + V4_SOURCE),
                Instruction.of(JUMP, v6.size()));
        List<Instruction> way = new ArrayList<>();
        way.add(Instruction.of(LOAD_BYTE, NETWORK_HEADER));
        way.add(Instruction.of(SHIFT_RIGHT, VERSION_SHIFT));
        way.add(new Instruction(JUMP_EQUAL, v4.size(), 0, V6));
        way.addAll(v4);
        way.addAll(v6);
        way.addAll(mixed());
        return way;
    }

    private List<Instruction> mixed() {
        return List.of(
                Instruction.of(MULTIPLY, OTHER_MIX * key | 1),
                Instruction.of(XOR_INDEX, 0),
                Instruction.of(TO_INDEX, 0),
                Instruction.of(SHIFT_RIGHT, HALF),
                Instruction.of(XOR_INDEX, 0),
                Instruction.of(MULTIPLY, OTHER_MIX),
                Instruction.of(SHIFT_RIGHT, HALF),
                Instruction.of(REMAINDER, members),
                Instruction.of(RETURN_ACCUMULATOR, 0));
    }
}
