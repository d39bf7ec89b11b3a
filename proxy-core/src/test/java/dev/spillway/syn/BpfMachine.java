package dev.spillway.syn;

import java.util.List;

/**
 * Runs classic BPF as the kernel does ({@code net/core/filter.c}): loads count from offset 0 of the hook, from {@code
 * SKF_NET_OFF} on from the IP header, and one that is out of range ends the program with 0.
 */
final class BpfMachine {
    private static final int ANCILLARY = -0x1000;
    private static final int RANDOM = 56;
    private static final int NETWORK = -0x100000;
    private static final int MEMORY = 16;

    private final List<Instruction> program;
    private int steps;

    BpfMachine(List<Instruction> program) {
        this.program = program;
    }

    /** How many instructions the last run took. */
    int steps() {
        return steps;
    }

    private static final class OutOfRange extends RuntimeException {
        OutOfRange() {
            super(null, null, false, false);
        }
    }

    /**
     * What the program returns.
     *
     * @param random what the kernel's random number is
     */
    int run(Packet packet, int offsetZero, int random) {
        try {
            return runUnguarded(packet, offsetZero, random);
        } catch (OutOfRange ended) {
            return 0;
        }
    }

    private int runUnguarded(Packet packet, int offsetZero, int random) {
        int a = 0;
        int x = 0;
        int[] memory = new int[MEMORY];
        steps = 0;
        for (int at = 0; ; at++) {
            Instruction now = program.get(at);
            int k = now.k();
            steps++;
            switch (now.code()) {
                case 0x20 -> a = k == ANCILLARY + RANDOM ? random : load(packet, offsetZero, k, 4);
                case 0x28 -> a = load(packet, offsetZero, k, 2);
                case 0x30 -> a = load(packet, offsetZero, k, 1);
                case 0x48 -> a = load(packet, offsetZero, x + k, 2);
                case 0x50 -> a = load(packet, offsetZero, x + k, 1);
                case 0xb1 -> x = (load(packet, offsetZero, k, 1) & 0xf) * 4;
                case 0x80 -> a = packet.bytes().length - offsetZero;
                case 0x00 -> a = k;
                case 0x01 -> x = k;
                case 0x02 -> memory[k] = a;
                case 0x60 -> a = memory[k];
                case 0x07 -> x = a;
                case 0x87 -> a = x;
                case 0x04 -> a += k;
                case 0x0c -> a += x;
                case 0x14 -> a -= k;
                case 0x24 -> a *= k;
                case 0x44 -> a |= k;
                case 0x54 -> a &= k;
                case 0x64 -> a <<= k;
                case 0x74 -> a >>>= k;
                case 0x94 -> a = Integer.remainderUnsigned(a, k);
                case 0xa4 -> a ^= k;
                case 0xac -> a ^= x;
                case 0x05 -> at += k;
                case 0x15 -> at += a == k ? now.yes() : now.no();
                case 0x25 -> at += Integer.compareUnsigned(a, k) > 0 ? now.yes() : now.no();
                case 0x35 -> at += Integer.compareUnsigned(a, k) >= 0 ? now.yes() : now.no();
                case 0x45 -> at += (a & k) != 0 ? now.yes() : now.no();
                case 0x06 -> {
                    return k;
                }
                case 0x16 -> {
                    return a;
                }
                default -> throw new AssertionError("code " + Integer.toHexString(now.code()));
            }
        }
    }

    private static int load(Packet packet, int offsetZero, int k, int size) {
        if (k < 0 && k >= ANCILLARY) {
            throw new AssertionError("ancillary " + (k - ANCILLARY));
        }
        int from = k >= 0 ? offsetZero + k : packet.network() + (k - NETWORK);
        if (k < NETWORK || from < 0 || from + size > packet.bytes().length) {
            throw new OutOfRange();
        }
        int value = 0;
        for (int i = from; i < from + size; i++) {
            value = value << 8 | packet.bytes()[i] & 0xff;
        }
        return value;
    }
}
