package dev.spillway.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who goes first: another one in each round, so that none always follows the same one. */
final class Rotation {
    private Rotation() {}

    /** {@code all}, beginning with the one at {@code round} and going round. */
    static <T> List<T> of(List<T> all, int round) {
        List<T> rotated = new ArrayList<>(all);
        Collections.rotate(rotated, -round);
        return rotated;
    }
}
