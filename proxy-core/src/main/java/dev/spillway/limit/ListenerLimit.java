package dev.spillway.limit;

import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;

/**
 * What all newcomers of one listener together may do: a rate with a burst, so many that are half-open, and so many in all. Exact. Any
 * thread; nothing is done under its lock but a little arithmetic.
 */
public final class ListenerLimit {
    private final TokenBucket bucket = new TokenBucket();
    private int halfOpen;
    private int connections;
    private long era;

    /**
     * Counts a newcomer in, or says why not. One that is kept out takes nothing.
     *
     * @param now a nanosecond time, of any origin
     */
    public synchronized Entry enter(Allowance allowance, long now) {
        if (allowance.halfOpen() > 0 && halfOpen >= allowance.halfOpen()) {
            return Denial.HALF_OPEN;
        }
        if (allowance.connections() > 0 && connections >= allowance.connections()) {
            return Denial.CONNECTIONS;
        }
        if (!bucket.tryTake(allowance, now)) {
            return Denial.RATE;
        }
        halfOpen++;
        connections++;
        return new Place(0, era);
    }

    /** It is half-open no more. */
    public synchronized void leave(Place place) {
        if (place.stamp() == era) {
            halfOpen--;
        }
    }

    /** It has ended, after it was left. */
    public synchronized void end(Place place) {
        if (place.stamp() == era) {
            connections--;
        }
    }

    /** It did not get in after all: instead of both. */
    public synchronized void cancel(Place place) {
        if (place.stamp() == era) {
            halfOpen--;
            connections--;
            bucket.giveBack();
        }
    }

    /** Forgets all that was counted; those that were count no more. */
    public synchronized void forget() {
        bucket.forget();
        halfOpen = 0;
        connections = 0;
        era++;
    }

    /** How many there are now. */
    public synchronized int connections() {
        return connections;
    }

    /** How many are half-open now. */
    public synchronized int halfOpen() {
        return halfOpen;
    }
}
