package dev.spillway.bench.profile;

import java.util.List;

/**
 * What one sample saw.
 *
 * @param thread its name, as the kernel has it: 15 characters
 * @param frames innermost first; at least one
 */
record Stack(String thread, List<Frame> frames) {
    Stack {
        frames = List.copyOf(frames);
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("frames: none (expected: at least one)");
        }
    }

    /** Where the processor was. */
    Frame leaf() {
        return frames.get(0);
    }

    /**
     * A function.
     *
     * @param kernel whether it is the kernel's
     * @param symbol its name; of compiled Java its result, class, name and parameters
     * @param object the file it is of
     */
    record Frame(boolean kernel, String symbol, String object) {}
}
