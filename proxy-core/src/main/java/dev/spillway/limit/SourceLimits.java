package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the newcomers of each source may do at each listener: a rate with a burst, so many that are half-open, and so many in all. It
 * remembers {@value #SLOTS} sources (one that comes to two listeners counts twice) in {@value #BYTES} bytes, whoever comes and however many.
 *
 * <p><b>Where room runs out it forgets, and forgetting is always in favour of the one forgotten.</b> A source lives in a
 * set of eight slots that a keyed hash of its address chooses. If all eight are taken, the newcomer's source gets the slot
 * of the one that has <em>least to lose</em>: the one farthest from being kept out, by its tokens, its half-open
 * connections or all its connections, whichever is nearest. (A source that owes nothing and has nothing open has nothing to lose: its slot
 * is as good as free.) From that follows:
 *
 * <ul>
 *   <li><b>Nobody is kept out for what others do.</b> A source starts with everything, and what is counted of it is never
 *       more than the truth. It is denied for half-open connections, or for connections, only if it has that many. By its rate it gets
 *       in, over any time, at least as often as an exact count would let it, and if it keeps to its rate it is never
 *       denied. Millions of other sources don't change that.
 *   <li><b>Up to eight sources a set the count is exact.</b> Only sources that owe something or have something open
 *       take room. Of 16 384 of these, spread by the hash, fewer than two in ten thousand find their set full; of
 *       32 768, fewer than one in a hundred.
 *   <li><b>Coming once from each of many addresses wins nothing.</b> Such a source has spent one token, which is the least
 *       of its set, so such sources replace one another; one that is kept out has everything to lose and stays. To be
 *       forgotten takes a newcomer and seven others of the same set that have as much to lose, and nobody can choose
 *       addresses of one set without the key. (With a burst of one everyone who comes has everything to lose; then the
 *       one that was quiet for longest goes.)
 *   <li><b>What is won by it is bounded.</b> Each time a source is forgotten a newcomer of another source had come, and it
 *       wins its burst at most, and as many connections, half-open or not, as it had. Who has more addresses than there are slots
 *       may so open a connection from each as often as he likes; the exact limit would allow him the rate times as many.
 *       Against such a crowd stands the limit of the listener, which is exact, and the limit of all connections.
 * </ul>
 *
 * <p>A connection leaves the slot that it entered only if that is still the same source's; each take-over has a
 * stamp of its own, never given twice. So the count of a source can't become less than nothing, or another's.
 *
 * <p>Any thread. The slots are in {@value #SHARDS} shards with a lock each: accepts of several event loops meet in one
 * only by chance, and nothing is done under it but looking through eight slots. Lost: one table without locks, in which a
 * slot of six words would have to change at once. The memory is taken with the first newcomer and given back by
 * {@link #forget}.
 */
public final class SourceLimits {
    static final int SHARDS = 16;
    static final int SETS_A_SHARD = 512;
    static final int SLOTS_A_SHARD = SETS_A_SHARD * SourceTable.WAYS;

    /** Sources that are remembered at most. */
    public static final int SLOTS = SHARDS * SLOTS_A_SHARD;

    /** What that takes of the heap, in bytes, but for two thousand of heads of arrays. */
    public static final int BYTES = SLOTS * SourceTable.SLOT_BYTES;

    private final long k0;
    private final long k1;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Shard[] shards = new Shard[SHARDS];

    /** One lock's part. */
    private static final class Shard {
        private @Nullable SourceTable table;
        private long stamps;

        synchronized Entry enter(int first, int listener, SourceGroup source, Allowance allowance, long now) {
            SourceTable slots = table;
            if (slots == null) {
                slots = new SourceTable(SLOTS_A_SHARD);
                table = slots;
            }
            return slots.enter(first, listener, source, allowance, now, ++stamps);
        }

        synchronized void leave(Place place) {
            if (table != null) {
                table.leave(place);
            }
        }

        synchronized void cancel(Place place) {
            if (table != null) {
                table.cancel(place);
            }
        }

        synchronized void end(Place place) {
            if (table != null) {
                table.end(place);
            }
        }

        synchronized int connections(int first, int listener, SourceGroup source) {
            return table == null ? 0 : table.connections(first, listener, source);
        }

        synchronized int halfOpen(int first, int listener, SourceGroup source) {
            return table == null ? 0 : table.halfOpen(first, listener, source);
        }

        synchronized boolean empty() {
            return table == null;
        }

        synchronized void forget() {
            table = null;
        }
    }

    /**
     * Limits that have seen nobody.
     *
     * @param k0 the first half of a secret key, from a source that can't be guessed
     * @param k1 the second half
     */
    public SourceLimits(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard();
        }
    }

    /** A number for one more listener. */
    public int nextListener() {
        return listeners.incrementAndGet();
    }

    /**
     * Counts a newcomer in, or says why not. One that is kept out takes nothing.
     *
     * @param listener at which it came in: a number from {@link #nextListener}
     * @param allowance of each source; without a limit in it nothing is counted
     * @param now a nanosecond time, of any origin
     */
    public Entry enter(int listener, SourceGroup source, Allowance allowance, long now) {
        if (allowance.rate() == 0 && allowance.halfOpen() == 0 && allowance.connections() == 0) {
            return Place.UNCOUNTED;
        }
        long hash = hash(listener, source);
        Entry entry = shards[shard(hash)].enter(first(hash), listener, source, allowance, now);
        return entry instanceof Place place
                ? new Place(shard(hash) * SLOTS_A_SHARD + place.slot(), place.stamp())
                : entry;
    }

    /** It is half-open no more. To be called once for each place. */
    public void leave(Place place) {
        if (place.slot() >= 0) {
            shards[place.slot() / SLOTS_A_SHARD].leave(inShard(place));
        }
    }

    /** It has ended, after it was left. To be called once for each place. */
    public void end(Place place) {
        if (place.slot() >= 0) {
            shards[place.slot() / SLOTS_A_SHARD].end(inShard(place));
        }
    }

    /** It did not get in after all: instead of {@link #leave} and {@link #end}. */
    public void cancel(Place place) {
        if (place.slot() >= 0) {
            shards[place.slot() / SLOTS_A_SHARD].cancel(inShard(place));
        }
    }

    private static Place inShard(Place place) {
        return new Place(place.slot() % SLOTS_A_SHARD, place.stamp());
    }

    /** Forgets everybody and gives the memory back; those that were counted count no more. */
    public void forget() {
        for (Shard shard : shards) {
            shard.forget();
        }
    }

    /** How many half-open connections are counted of a source at a listener: not more than it has. */
    public int halfOpen(int listener, SourceGroup source) {
        long hash = hash(listener, source);
        return shards[shard(hash)].halfOpen(first(hash), listener, source);
    }

    /** How many connections are counted of a source at a listener: not more than it has. */
    public int connections(int listener, SourceGroup source) {
        long hash = hash(listener, source);
        return shards[shard(hash)].connections(first(hash), listener, source);
    }

    /** Whether it takes no memory for sources now. */
    public boolean empty() {
        for (Shard shard : shards) {
            if (!shard.empty()) {
                return false;
            }
        }
        return true;
    }

    private long hash(int listener, SourceGroup source) {
        return KeyedHash.of(k0 ^ SourceTable.kind(listener, source), k1, source.high(), source.low());
    }

    private static int shard(long hash) {
        return (int) (hash >>> 32) & (SHARDS - 1);
    }

    private static int first(long hash) {
        return ((int) hash & (SETS_A_SHARD - 1)) * SourceTable.WAYS;
    }
}
