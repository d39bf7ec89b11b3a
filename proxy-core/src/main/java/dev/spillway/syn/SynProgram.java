package dev.spillway.syn;

import static dev.spillway.syn.Instruction.AND;
import static dev.spillway.syn.Instruction.JUMP_ANY_BIT;
import static dev.spillway.syn.Instruction.JUMP_AT_LEAST;
import static dev.spillway.syn.Instruction.JUMP_EQUAL;
import static dev.spillway.syn.Instruction.LOAD_BYTE;
import static dev.spillway.syn.Instruction.LOAD_BYTE_INDEXED;
import static dev.spillway.syn.Instruction.LOAD_HALF;
import static dev.spillway.syn.Instruction.LOAD_HEADER_LENGTH;
import static dev.spillway.syn.Instruction.LOAD_LENGTH;
import static dev.spillway.syn.Instruction.LOAD_WORD;
import static dev.spillway.syn.Instruction.SHIFT_RIGHT;

import dev.spillway.security.Family;
import java.util.List;

/**
 * Rules as a classic BPF program.
 *
 * <p><b>What it decides, in this order.</b> It passes what is no SYN, or has ACK too; what is neither IPv4 nor IPv6; what
 * goes to an exempt destination. It drops what comes from an offender. Of the rest it drops a share, by the kernel's random
 * number of 32 bits: below rate · 2^32, so that 0 drops nothing and 1 everything.
 *
 * <p><b>Where it is not sure, it passes.</b> A load out of range would end the program with 0, which a filter takes for
 * "drop". A filter has 20 bytes at least behind offset 0, or it passes; the IP header is before them, so no address is out
 * of range. Offset 0 of a reuseport program is behind the TCP header, which the kernel has looked at by then.
 *
 * <p><b>What is special about packets.</b> Options of IPv4 don't move its addresses; the TCP header behind them is found by
 * the header's length. Fragments have been put together; one with an offset passes all the same. Extension headers of IPv6
 * don't matter to a filter, which begins at TCP; a reuseport program does not walk them, and passes. An IPv6 packet to a
 * v4-mapped address is none that a host should see, and passes.
 */
public record SynProgram(List<Instruction> instructions) {
    /** {@code BPF_MAXINSNS}. */
    public static final int MOST_INSTRUCTIONS = 4096;

    private static final int NETWORK_HEADER = -0x100000;
    private static final int RANDOM = -0x1000 + 56;

    private static final int TCP_FLAGS = 13;
    private static final int LEAST_TCP_HEADER = 20;
    private static final int SYN_OR_ACK = 0x12;
    private static final int SYN = 0x02;

    private static final int TCP = 6;
    private static final int VERSION_SHIFT = 4;
    private static final int V4 = 4;
    private static final int V4_FRAGMENT = 6;
    private static final int V4_FRAGMENT_OFFSET = 0x1fff;
    private static final int V4_PROTOCOL = 9;
    private static final int V4_SOURCE = 12;
    private static final int V4_DESTINATION = 16;
    private static final int V6 = 6;
    private static final int V6_NEXT_HEADER = 6;
    private static final int V6_SOURCE = 8;
    private static final int V6_DESTINATION = 24;
    private static final int V6_HEADER = 40;
    private static final int MAPPED = 0xffff;

    private static final double RANDOM_VALUES = 0x1p32;

    public SynProgram {
        instructions = List.copyOf(instructions);
    }

    /** The program for rules as they are, however long it becomes. {@link SynCompiler} knows how long it may be. */
    static SynProgram of(SynRules rules, Target target) {
        return new Writing(rules, target).write();
    }

    /** How many instructions it has. */
    public int size() {
        return instructions.size();
    }

    /** One program that is being written, from its end to its beginning. */
    private static final class Writing {
        private final Assembler out = new Assembler();
        private final SynRules rules;
        private final Target target;
        private final PrefixSet spared;
        private final PrefixSet offenders;
        private final int pass;
        private final int drop;
        private final int chance;

        Writing(SynRules rules, Target target) {
            this.rules = rules;
            this.target = target;
            this.spared = rules.destinations().spared();
            this.offenders = PrefixSet.of(
                    rules.order().offenders().stream().map(DeniedPrefix::source).toList());
            this.pass = out.ending(target.pass());
            this.drop = out.ending(target.drop());
            this.chance = chance();
        }

        SynProgram write() {
            int v4 = spared(Family.IPV4, V4_DESTINATION, source(Family.IPV4, V4_SOURCE));
            int v6 = notMapped(spared(Family.IPV6, V6_DESTINATION, source(Family.IPV6, V6_SOURCE)));
            int begin = switch (target.hook()) {
                case SOCKET_FILTER -> {
                    int versions = byVersion(notInside(v4), v6);
                    int flags = out.straight(Instruction.of(LOAD_BYTE, TCP_FLAGS), synAlone(versions));
                    yield longEnough(flags);
                }
                case REUSEPORT -> byVersion(v4Header(v4), v6Header(v6));
            };
            if (begin != out.size() - 1) {
                out.straight(Instruction.of(LOAD_LENGTH, 0), begin);
            }
            return new SynProgram(out.program());
        }

        private int chance() {
            long below = Math.round(rules.order().dropRate() * RANDOM_VALUES);
            if (below == 0) {
                return pass;
            }
            if (below >= (long) RANDOM_VALUES) {
                return drop;
            }
            return load(LOAD_WORD, RANDOM, out.jump(JUMP_AT_LEAST, (int) below, pass, drop));
        }

        private int source(Family family, int at) {
            return new PrefixSearch(out, at, drop, chance).write(offenders.of(family));
        }

        private int spared(Family family, int at, int next) {
            return new PrefixSearch(out, at, pass, next).write(spared.of(family));
        }

        private int load(int how, int at, int next) {
            return out.straight(Instruction.of(how, at), next);
        }

        private int ip(int how, int at, int next) {
            return load(how, NETWORK_HEADER + at, next);
        }

        private int longEnough(int next) {
            return load(LOAD_LENGTH, 0, out.jump(JUMP_AT_LEAST, LEAST_TCP_HEADER, next, pass));
        }

        private int synAlone(int next) {
            return load(AND, SYN_OR_ACK, out.jump(JUMP_EQUAL, SYN, next, pass));
        }

        private int byVersion(int v4, int v6) {
            int notV4 = out.jump(JUMP_EQUAL, V6, v6, pass);
            return ip(LOAD_BYTE, 0, load(SHIFT_RIGHT, VERSION_SHIFT, out.jump(JUMP_EQUAL, V4, v4, notV4)));
        }

        private int notInside(int next) {
            return next == pass
                    ? pass
                    : ip(LOAD_HALF, V4_FRAGMENT, out.jump(JUMP_ANY_BIT, V4_FRAGMENT_OFFSET, pass, next));
        }

        private int notMapped(int next) {
            if (next == pass) {
                return pass;
            }
            int third = ip(LOAD_WORD, V6_DESTINATION + 2 * Integer.BYTES, out.jump(JUMP_EQUAL, MAPPED, pass, next));
            int second = ip(LOAD_WORD, V6_DESTINATION + Integer.BYTES, out.jump(JUMP_EQUAL, 0, third, next));
            return ip(LOAD_WORD, V6_DESTINATION, out.jump(JUMP_EQUAL, 0, second, next));
        }

        private int v4Header(int next) {
            int flags = load(LOAD_BYTE_INDEXED, NETWORK_HEADER + TCP_FLAGS, synAlone(next));
            int behindOptions = ip(LOAD_HEADER_LENGTH, 0, flags);
            return notInside(ip(LOAD_BYTE, V4_PROTOCOL, out.jump(JUMP_EQUAL, TCP, behindOptions, pass)));
        }

        private int v6Header(int next) {
            int flags = ip(LOAD_BYTE, V6_HEADER + TCP_FLAGS, synAlone(next));
            return ip(LOAD_BYTE, V6_NEXT_HEADER, out.jump(JUMP_EQUAL, TCP, flags, pass));
        }
    }
}
