package dev.spillway.syn;

import java.util.List;

/**
 * Where a program is to run, and what it does there with a SYN.
 *
 * @param hook which place in the kernel
 * @param pass how to let a segment through: its last instruction returns, and none jumps further than that
 * @param drop how to keep one out, likewise
 */
public record Target(Hook hook, List<Instruction> pass, List<Instruction> drop) {
    /** The places that run a program for a segment, as {@code net/core/filter.c} runs them. */
    public enum Hook {
        /** {@code SO_ATTACH_FILTER}: offset 0 is the TCP header, and what is returned says how much is kept of the segment. */
        SOCKET_FILTER,
        /**
         * {@code SO_ATTACH_REUSEPORT_CBPF}: offset 0 is what follows the TCP header, and what is returned is the index of a
         * socket of the group. A load out of range returns 0 there, so let the socket with index 0 be one that may listen.
         */
        REUSEPORT
    }

    /** A filter of a listening socket. */
    public static final Target FILTER =
            new Target(Hook.SOCKET_FILTER, List.of(Instruction.returning(-1)), List.of(Instruction.returning(0)));

    /** @throws IllegalArgumentException if a way does not end by itself */
    public Target {
        pass = List.copyOf(pass);
        drop = List.copyOf(drop);
        requireEnd("pass", pass);
        requireEnd("drop", drop);
    }

    private static void requireEnd(String name, List<Instruction> way) {
        if (way.isEmpty() || !way.get(way.size() - 1).returns()) {
            throw new IllegalArgumentException(name + ": " + way + " (expected: its last instruction returns)");
        }
    }
}
