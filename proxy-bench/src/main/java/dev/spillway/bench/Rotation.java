package dev.spillway.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Who goes when: another one is first in each round, and every other round goes backwards, so that none always follows the
 * same one.
 */
final class Rotation {
    private Rotation() {}

    /** {@code all}, beginning with the one at {@code round} and going round; backwards from there if it is odd. */
    static <T> List<T> of(List<T> all, int round) {
        List<T> rotated = new ArrayList<>(all);
        Collections.rotate(rotated, -round);
        if (round % 2 == 1) {
            Collections.reverse(rotated.subList(1, rotated.size()));
        }
        return rotated;
    }
}
