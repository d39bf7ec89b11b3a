package dev.spillway.limit;

import dev.spillway.security.Allowance;

/**
 * A token bucket: {@code burst} tokens at most, {@code rate} new ones a second, one taken by each newcomer.
 *
 * <p><b>It remembers what was taken and is not given back yet, not what is left.</b> Nothing taken is then the same as a
 * bucket that was never used, whatever rate and burst are, so that a bucket can be forgotten at no loss once it is paid
 * off, and both can change at any moment: a larger burst is there at once, a smaller one is at most all taken, and then
 * the new rate pays it off.
 *
 * <p>Arithmetic is in whole numbers and exact: a token is 10⁹ parts, so that a rate of so many tokens a second is so many
 * parts a nanosecond. The largest debt, 2³¹ tokens, is 2.1 · 10¹⁸ parts and fits; what a long time pays off is never
 * multiplied out. A time before the latest one gives nothing and takes nothing.
 *
 * <p>Not thread-safe.
 */
public final class TokenBucket {
    /** The parts of a token: one for each nanosecond of a second. */
    static final long TOKEN = 1_000_000_000;

    private long spent;
    private long at;

    /**
     * Takes a token, if there is one.
     *
     * @param allowance its rate and burst; a rate of 0 has a token for everyone
     * @param now a nanosecond time, of any origin
     */
    public boolean tryTake(Allowance allowance, long now) {
        if (allowance.rate() == 0) {
            return true;
        }
        long owed = owed(spent, now - at, allowance);
        at = later(at, now, owed);
        boolean there = owed <= capacity(allowance) - TOKEN;
        spent = there ? owed + TOKEN : owed;
        return there;
    }

    /** Gives back a token that was taken, for a newcomer that did not get in after all. */
    public void giveBack() {
        spent = Math.max(0, spent - TOKEN);
    }

    /** Is as one that was never used. */
    public void forget() {
        spent = 0;
    }

    /** What a bucket holds when nothing is taken, in parts. */
    static long capacity(Allowance allowance) {
        return TOKEN * (allowance.burst() > 0 ? allowance.burst() : allowance.rate());
    }

    /**
     * What is still taken of a bucket, in parts.
     *
     * @param spent what was taken {@code elapsed} ago, in parts
     * @param elapsed in nanoseconds; what is not positive gives nothing back
     * @param allowance with a positive rate
     */
    static long owed(long spent, long elapsed, Allowance allowance) {
        long owed = Math.min(spent, capacity(allowance));
        if (elapsed <= 0) {
            return owed;
        }
        return elapsed > owed / allowance.rate() ? 0 : owed - elapsed * allowance.rate();
    }

    /** The time to reckon from, which does not go back while something is owed. */
    static long later(long at, long now, long owed) {
        return owed == 0 || now - at > 0 ? now : at;
    }
}
