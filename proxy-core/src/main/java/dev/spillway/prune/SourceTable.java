package dev.spillway.prune;

import java.util.Arrays;

/**
 * Numbers the sources of candidates as they come, from 0. Open addressing with linear probing, at most three quarters full; a source is
 * known by the first candidate that has it, so that there is no object for one, and none is looked at whose hash differs.
 */
final class SourceTable {
    private static final int FIRST_ROOM = 64;
    private static final int GROWTH = 8;

    private final Candidates candidates;
    private final int most;
    private int[] firsts = new int[FIRST_ROOM];
    /** The number of the source in each place, plus 1; 0 is free. */
    private int[] places = new int[2 * FIRST_ROOM];

    private int size;

    /** An empty table for up to {@code most} sources; room is made in steps, for as many as come. */
    SourceTable(Candidates candidates, int most) {
        this.candidates = candidates;
        this.most = most;
    }

    /** How many sources there are. */
    int size() {
        return size;
    }

    /** For how many there is room before it grows again. */
    int room() {
        return firsts.length;
    }

    /** The number of the source of {@code candidate}: {@link #size} before the call if it is new. */
    int number(int candidate) {
        int hash = candidates.sourceHash(candidate);
        int at = hash & places.length - 1;
        while (places[at] != 0) {
            int number = places[at] - 1;
            if (candidates.sourceHash(firsts[number]) == hash && candidates.sameSource(firsts[number], candidate)) {
                return number;
            }
            at = at + 1 & places.length - 1;
        }
        if (size == firsts.length) {
            grow();
            return number(candidate);
        }
        firsts[size] = candidate;
        places[at] = ++size;
        return size - 1;
    }

    private void grow() {
        int room = Math.max(size + 1, Math.min(most, GROWTH * size));
        firsts = Arrays.copyOf(firsts, room);
        places = new int[Integer.highestOneBit(room + room / 3) * 2];
        for (int number = 0; number < size; number++) {
            int at = candidates.sourceHash(firsts[number]) & places.length - 1;
            while (places[at] != 0) {
                at = at + 1 & places.length - 1;
            }
            places[at] = number + 1;
        }
    }
}
