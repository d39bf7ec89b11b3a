package dev.spillway.prune;

import java.util.Arrays;

/** Numbers keys as they come, from 0. Open addressing with linear probing, at most three quarters full. */
final class SourceTable {
    private static final int FIRST_ROOM = 3 << 10;

    private final int most;
    private long[] keys;
    /** The number of the key in each place, plus 1; 0 is free. */
    private int[] places;

    private int size;

    /** An empty table for up to {@code most} keys; room is made for a few, and for all when more come. */
    SourceTable(int most) {
        this.most = most;
        this.keys = new long[Math.min(most, FIRST_ROOM)];
        this.places = new int[places(keys.length)];
    }

    /** A power of two, a third more than {@code room} at least. */
    private static int places(int room) {
        return Integer.highestOneBit(room + room / 3 + 1) * 2;
    }

    /** How many there are. */
    int size() {
        return size;
    }

    /** For how many there is room before it grows again. */
    int room() {
        return keys.length;
    }

    /**
     * The number of {@code key}: {@link #size} before the call if it is new.
     *
     * @param key whose low bits are as good as random
     */
    int number(long key) {
        int at = (int) key & places.length - 1;
        while (places[at] != 0) {
            int number = places[at] - 1;
            if (keys[number] == key) {
                return number;
            }
            at = at + 1 & places.length - 1;
        }
        if (size == keys.length) {
            grow();
            at = free(key);
        }
        keys[size] = key;
        places[at] = ++size;
        return size - 1;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, most);
        places = new int[places(keys.length)];
        for (int number = 0; number < size; number++) {
            places[free(keys[number])] = number + 1;
        }
    }

    private int free(long key) {
        int at = (int) key & places.length - 1;
        while (places[at] != 0) {
            at = at + 1 & places.length - 1;
        }
        return at;
    }
}
