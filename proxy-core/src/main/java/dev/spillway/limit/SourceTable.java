package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;

/**
 * A part of {@link SourceLimits}: a fixed number of slots in sets of {@value #WAYS}, each slot with the state of one
 * source at one listener. A source can be in one set only, which is looked through. Not thread-safe.
 */
final class SourceTable {
    /** Slots a set: more would waste fewer slots and cost more to look through. */
    static final int WAYS = 8;

    /** What a slot takes, in bytes: five longs and three ints. */
    static final int SLOT_BYTES = 5 * Long.BYTES + 3 * Integer.BYTES;

    /** A prefix length, up to 128, and two bits stand below. */
    private static final int LISTENER_SHIFT = 10;

    private final long[] high;
    private final long[] low;
    private final int[] kind;
    private final long[] stamp;
    private final long[] spent;
    private final long[] at;
    private final int[] halfOpen;
    private final int[] open;

    SourceTable(int slots) {
        high = new long[slots];
        low = new long[slots];
        kind = new int[slots];
        stamp = new long[slots];
        spent = new long[slots];
        at = new long[slots];
        halfOpen = new int[slots];
        open = new int[slots];
    }

    /** Listener, family and prefix length in a number that is not 0, which is what a slot has that was never used. */
    static int kind(int listener, SourceGroup source) {
        return listener << LISTENER_SHIFT | source.prefixLength() << 2 | (source.ipv6() ? 2 : 0) | 1;
    }

    /**
     * Counts a newcomer in, or says why not.
     *
     * @param first the first slot of the source's set
     * @param fresh the stamp to give its slot, if that was another's; never given before
     */
    Entry enter(int first, int listener, SourceGroup source, Allowance allowance, long now, long fresh) {
        int slot = find(first, listener, source);
        if (slot < 0) {
            slot = leastToLose(first, allowance, now);
            takeOver(slot, listener, source, now, fresh);
        }
        if (allowance.halfOpen() > 0 && halfOpen[slot] >= allowance.halfOpen()) {
            return Denial.HALF_OPEN;
        }
        if (allowance.connections() > 0 && open[slot] >= allowance.connections()) {
            return Denial.CONNECTIONS;
        }
        return take(slot, allowance, now) ? new Place(slot, stamp[slot]) : Denial.RATE;
    }

    private boolean take(int slot, Allowance allowance, long now) {
        long owed = owed(slot, allowance, now);
        at[slot] = TokenBucket.later(at[slot], now, owed);
        spent[slot] = owed;
        if (allowance.rate() > 0) {
            if (owed > TokenBucket.capacity(allowance) - TokenBucket.TOKEN) {
                return false;
            }
            spent[slot] += TokenBucket.TOKEN;
        }
        halfOpen[slot]++;
        open[slot]++;
        return true;
    }

    private long owed(int slot, Allowance allowance, long now) {
        return allowance.rate() > 0 ? TokenBucket.owed(spent[slot], now - at[slot], allowance) : 0;
    }

    private int find(int first, int listener, SourceGroup source) {
        int ofKind = kind(listener, source);
        long ofHigh = source.high();
        long ofLow = source.low();
        for (int slot = first; slot < first + WAYS; slot++) {
            if (kind[slot] == ofKind && high[slot] == ofHigh && low[slot] == ofLow) {
                return slot;
            }
        }
        return -1;
    }

    /** The slot whose source is farthest from being kept out; of equals, the one that was quiet for longest. */
    private int leastToLose(int first, Allowance allowance, long now) {
        int best = first;
        double least = Double.MAX_VALUE;
        for (int slot = first; slot < first + WAYS; slot++) {
            double loss = loss(slot, allowance, now);
            if (loss < least || loss == least && at[slot] - at[best] < 0) {
                best = slot;
                least = loss;
            }
        }
        return best;
    }

    /** How much of what its source may do is taken: 0 nothing, 1 all, and then it is kept out. */
    private double loss(int slot, Allowance allowance, long now) {
        double taken = allowance.rate() > 0 ? (double) owed(slot, allowance, now) / TokenBucket.capacity(allowance) : 0;
        // Without a limit they are counted all the same, for one may be set at any time; but they weigh next to
        // nothing.
        double silent = share(halfOpen[slot], allowance.halfOpen());
        return Math.max(taken, Math.max(silent, share(open[slot], allowance.connections())));
    }

    private static double share(int count, int most) {
        return (double) count / (most > 0 ? most : Integer.MAX_VALUE);
    }

    private void takeOver(int slot, int listener, SourceGroup source, long now, long fresh) {
        high[slot] = source.high();
        low[slot] = source.low();
        kind[slot] = kind(listener, source);
        stamp[slot] = fresh;
        spent[slot] = 0;
        at[slot] = now;
        halfOpen[slot] = 0;
        open[slot] = 0;
    }

    /** One newcomer fewer is half-open, if the slot is still its source's. */
    void leave(Place place) {
        if (stamp[place.slot()] == place.stamp()) {
            halfOpen[place.slot()]--;
        }
    }

    /** One that was left has ended, if the slot is still its source's. */
    void end(Place place) {
        if (stamp[place.slot()] == place.stamp()) {
            open[place.slot()]--;
        }
    }

    /** Both, and its token is back. */
    void cancel(Place place) {
        if (stamp[place.slot()] == place.stamp()) {
            halfOpen[place.slot()]--;
            open[place.slot()]--;
            spent[place.slot()] = Math.max(0, spent[place.slot()] - TokenBucket.TOKEN);
        }
    }

    /** How many are counted as half-open of a source. */
    int halfOpen(int first, int listener, SourceGroup source) {
        int slot = find(first, listener, source);
        return slot < 0 ? 0 : halfOpen[slot];
    }

    /** How many connections are counted of a source. */
    int connections(int first, int listener, SourceGroup source) {
        int slot = find(first, listener, source);
        return slot < 0 ? 0 : open[slot];
    }
}
