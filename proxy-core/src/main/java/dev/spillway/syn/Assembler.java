package dev.spillway.syn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a program from its end to its beginning. Jumps of classic BPF lead forward, so wherever one leads is written
 * already and its distance known. A place in the program is named by how many instructions come after it.
 *
 * <p>A conditional jump reaches 255 instructions. What lies further is reached by a jump on the way; later ones that go to
 * the same place use it as long as they reach it, so that such jumps are few: one for each place in 255 instructions.
 */
final class Assembler {
    private static final int REACH = 255;

    private final List<Instruction> backwards = new ArrayList<>();
    private final Map<Integer, Integer> nearest = new HashMap<>();

    /** How many instructions there are. */
    int size() {
        return backwards.size();
    }

    /** The program, beginning to end. */
    List<Instruction> program() {
        List<Instruction> program = new ArrayList<>(backwards);
        Collections.reverse(program);
        return List.copyOf(program);
    }

    /** Writes instructions that end by themselves; returns their place. */
    int ending(List<Instruction> way) {
        for (int i = way.size() - 1; i >= 0; i--) {
            write(way.get(i));
        }
        return here();
    }

    /** Writes one after which {@code next} is carried out; returns its place. */
    int straight(Instruction instruction, int next) {
        if (next != here()) {
            bridge(next);
        }
        return write(instruction);
    }

    /** Writes a conditional jump; returns its place. */
    int jump(int code, int k, int yes, int no) {
        if (yes == no) {
            return yes;
        }
        // The bridge to the other may come in between.
        int toYes = within(yes, 1);
        int toNo = within(no, 0);
        return write(new Instruction(code, here() - toYes, here() - toNo, k));
    }

    private int within(int place, int spare) {
        int close = nearest.getOrDefault(place, place);
        return here() - close + spare <= REACH ? close : bridge(place);
    }

    private int bridge(int place) {
        int bridge = write(Instruction.of(Instruction.JUMP, here() - place));
        nearest.put(place, bridge);
        return bridge;
    }

    private int write(Instruction instruction) {
        backwards.add(instruction);
        return here();
    }

    private int here() {
        return backwards.size() - 1;
    }
}
