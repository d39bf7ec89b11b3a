package dev.spillway.relay;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Entries by a number of theirs. Changed by one thread alone; read by any thread, without locks. A {@code ConcurrentHashMap} takes 64 bytes an
 * entry, with a node and a boxed key; this takes 6 to 24, and makes garbage only when it is rebuilt.
 *
 * <p><b>What a reader relies on: within an array no entry ever moves, and a place that was taken is never empty again.</b> An entry stands at the first
 * free place from that of its number on (open addressing, linear probing); where one was removed a mark remains, over which a search
 * goes on. So a search that comes to an empty place has seen every entry that was there when it began. When marks and entries fill
 * two thirds, the entries are put into a new array and that is published; who still reads the old one misses newcomers, and may
 * see those who have left since, as if it had looked a moment earlier.
 *
 * <p><b>Numbers are mixed before they name a place.</b> They are given out in order, and those who stay long would fill one long run of places
 * that everybody whose number comes round to it had to walk; multiplied by the golden ratio's share of 2^64 (Knuth, The Art of Computer
 * Programming 3, 6.4), numbers in order lie far apart, with others between them.
 */
final class IdTable<E> {
    static final int LEAST_PLACES = 64;

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    /** Where an entry was removed. */
    private static final Object GONE = new Object();

    private final ToLongFunction<E> id;
    private volatile AtomicReferenceArray<@Nullable Object> places = new AtomicReferenceArray<>(LEAST_PLACES);
    private int size;
    private int taken;

    /** The place of {@code number} in an array of {@code mask} + 1 places, if it is free. */
    static int home(long number, int mask) {
        return (int) (number * GOLDEN >>> Long.numberOfLeadingZeros(mask));
    }

    /** An empty table. */
    IdTable(ToLongFunction<E> id) {
        this.id = id;
    }

    /** Adds an entry whose number no entry has. */
    void add(E entry) {
        if (3 * (taken + 1) > 2 * places.length()) {
            rebuild();
        }
        if (place(places, entry)) {
            taken++;
        }
        size++;
    }

    /** Removes the entry of this number, if there is one. */
    void remove(long number) {
        AtomicReferenceArray<@Nullable Object> array = places;
        int mask = array.length() - 1;
        for (int i = home(number, mask); array.getPlain(i) != null; i = i + 1 & mask) {
            E entry = entry(array.getPlain(i));
            if (entry != null && id.applyAsLong(entry) == number) {
                array.setRelease(i, GONE);
                size--;
                return;
            }
        }
    }

    /** The entry of this number; null if there is none. Any thread. */
    @Nullable
    E find(long number) {
        AtomicReferenceArray<@Nullable Object> array = places;
        int mask = array.length() - 1;
        // Each place is read once: another entry may stand there the next time.
        for (int i = home(number, mask); ; i = i + 1 & mask) {
            Object held = array.getAcquire(i);
            if (held == null) {
                return null;
            }
            E entry = entry(held);
            if (entry != null && id.applyAsLong(entry) == number) {
                return entry;
            }
        }
    }

    /** Each entry that is there all the while, once; those that come or go meanwhile perhaps. Any thread. */
    void forEach(Consumer<? super E> task) {
        AtomicReferenceArray<@Nullable Object> array = places;
        for (int i = 0; i < array.length(); i++) {
            E entry = entry(array.getAcquire(i));
            if (entry != null) {
                task.accept(entry);
            }
        }
    }

    /** How many entries there are. For the thread that changes it. */
    int size() {
        return size;
    }

    /** How many places there are. */
    int places() {
        return places.length();
    }

    @SuppressWarnings("unchecked")
    private @Nullable E entry(@Nullable Object held) {
        return held == GONE ? null : (E) held;
    }

    /** Whether it took an empty place, not that of one that is gone. */
    private boolean place(AtomicReferenceArray<@Nullable Object> array, E entry) {
        int mask = array.length() - 1;
        int i = home(id.applyAsLong(entry), mask);
        while (entry(array.getPlain(i)) != null) {
            i = i + 1 & mask;
        }
        boolean empty = array.getPlain(i) == null;
        array.setRelease(i, entry);
        return empty;
    }

    /** Entries fill a third of the new places at most, so that as many can come before the next time. */
    private void rebuild() {
        int most = Math.max(LEAST_PLACES, Integer.highestOneBit(Math.max(1, 3 * (size + 1) - 1)) * 2);
        AtomicReferenceArray<@Nullable Object> next = new AtomicReferenceArray<>(most);
        forEach(entry -> place(next, entry));
        taken = size;
        places = next;
    }
}
