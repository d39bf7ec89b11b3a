package dev.spillway.prune;

import dev.spillway.connection.SourceGroup;
import java.util.Arrays;

/**
 * Numbers sources as they come, from 0. Open addressing with linear probing, at most half full, no object for a source.
 *
 * <p>Addresses are chosen by attackers, who must not be able to have all their sources fall into the same place: each table mixes
 * them in a way of its own. The numbers do not depend on it.
 */
final class SourceTable {
    private static final int FIRST_ROOM = 64;

    private final long seed;
    private SourceGroup[] sources = new SourceGroup[FIRST_ROOM];
    private int[] hashes = new int[FIRST_ROOM];
    /** The number of the source in each place, plus 1; 0 is free. */
    private int[] places = new int[2 * FIRST_ROOM];

    private int size;

    /** An empty table; {@code seed} should be hard to guess from outside. */
    SourceTable(long seed) {
        this.seed = seed;
    }

    /** How many sources there are. */
    int size() {
        return size;
    }

    /** The number of {@code source}: {@link #size} before the call if it is new. */
    int number(SourceGroup source) {
        int hash = hash(source);
        int at = hash & places.length - 1;
        while (places[at] != 0) {
            int number = places[at] - 1;
            if (hashes[number] == hash && sources[number].equals(source)) {
                return number;
            }
            at = at + 1 & places.length - 1;
        }
        places[at] = size + 1;
        sources[size] = source;
        hashes[size] = hash;
        size++;
        if (size == sources.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        sources = Arrays.copyOf(sources, 2 * size);
        hashes = Arrays.copyOf(hashes, 2 * size);
        places = new int[4 * size];
        for (int number = 0; number < size; number++) {
            int at = hashes[number] & places.length - 1;
            while (places[at] != 0) {
                at = at + 1 & places.length - 1;
            }
            places[at] = number + 1;
        }
    }

    private int hash(SourceGroup source) {
        long mixed = mix(mix(source.high() ^ seed) ^ source.low() ^ source.prefixLength());
        return (int) (mixed >>> Integer.SIZE);
    }

    /** The finalizer of MurmurHash3 with 64 bits (Appleby, public domain): each bit of the result depends on each of the input. */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
