package dev.spillway.syn;

/**
 * One instruction of classic BPF, as {@code struct sock_filter} of {@code linux/filter.h} has it. Jumps lead forward only.
 *
 * @param code what it does: class, size, mode or operation, source
 * @param yes how many instructions a conditional jump skips if its condition holds, 0–255
 * @param no how many if it does not, 0–255
 * @param k its constant, offset or distance; unsigned where that matters
 */
public record Instruction(int code, int yes, int no, int k) {
    /** Loads four bytes into the accumulator. */
    static final int LOAD_WORD = 0x20;

    /** Loads two. */
    static final int LOAD_HALF = 0x28;

    /** Loads one. */
    static final int LOAD_BYTE = 0x30;

    /** Loads one from where the index register says, and k further. */
    static final int LOAD_BYTE_INDEXED = 0x50;

    /** Loads two from where the index register says, and k further. */
    static final int LOAD_HALF_INDEXED = 0x48;

    /** Loads how many bytes there are from offset 0 on. */
    static final int LOAD_LENGTH = 0x80;

    /** Loads into the index register how long the IPv4 header at k is. */
    static final int LOAD_HEADER_LENGTH = 0xb1;

    static final int AND = 0x54;
    static final int SHIFT_RIGHT = 0x74;
    static final int MULTIPLY = 0x24;
    static final int REMAINDER = 0x94;

    /** The accumulator's bits where they differ from the index register's. */
    static final int XOR_INDEX = 0xac;

    /** Copies the accumulator into the index register. */
    static final int TO_INDEX = 0x07;

    static final int JUMP = 0x05;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER = 0x25;
    static final int JUMP_AT_LEAST = 0x35;
    static final int JUMP_ANY_BIT = 0x45;
    static final int RETURN = 0x06;
    static final int RETURN_ACCUMULATOR = 0x16;
    private static final int MOST_SKIPPED = 0xff;

    /** @throws IllegalArgumentException if a distance is out of 0–255, or the code has more than 16 bits */
    public Instruction {
        if (yes < 0 || yes > MOST_SKIPPED || no < 0 || no > MOST_SKIPPED || code >>> Character.SIZE != 0) {
            throw new IllegalArgumentException(
                    "code " + code + ", yes " + yes + ", no " + no + " (expected: 16 bits, and 0-255 each)");
        }
    }

    /** One that is no conditional jump. */
    public static Instruction of(int code, int k) {
        return new Instruction(code, 0, 0, k);
    }

    /** Ends the program with a constant. */
    public static Instruction returning(int value) {
        return of(RETURN, value);
    }

    boolean returns() {
        return code == RETURN || code == RETURN_ACCUMULATOR;
    }
}
