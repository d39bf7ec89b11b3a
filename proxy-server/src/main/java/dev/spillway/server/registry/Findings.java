package dev.spillway.server.registry;

import java.util.ArrayList;
import java.util.List;

/** What a reader has to tell, in the order of the file; of a file full of rubbish only the beginning. */
final class Findings {
    private static final int MOST = 50;

    private final List<Finding> kept = new ArrayList<>();
    private int dropped;

    void add(int line, String text) {
        if (kept.size() < MOST) {
            kept.add(new Finding(line, text));
        } else {
            dropped++;
        }
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>(kept);
        if (dropped > 0) {
            all.add(new Finding(0, "and " + dropped + " more"));
        }
        return List.copyOf(all);
    }
}
