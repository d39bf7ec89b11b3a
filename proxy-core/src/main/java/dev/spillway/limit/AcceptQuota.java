package dev.spillway.limit;

/**
 * How many connections may be accepted in a window of time so that a share of those that would have come is kept out.
 *
 * <p>A gate that stops accepting does not see how many are waiting, and accepting is much faster than arriving, so that
 * to pause for a share of the time would keep nobody out. So arrivals are measured while the gate is open, as an average
 * over {@value #MEMORY} windows or so, and a gate at rate p lets (1 − p) of that many in, in each window. Below rate 1 it
 * lets in one in {@value #TRICKLE} windows at least, so that it does not shut because nobody came before.
 *
 * <p>Not thread-safe; owned by one event loop, which says when a window ends.
 */
public final class AcceptQuota {
    static final int MEMORY = 20;
    static final int TRICKLE = 4;

    /** What is kept of an unused window: less than one connection, so that savings never become a burst. */
    private static final double MOST_KEPT = Math.nextDown(1.0);

    private boolean open = true;
    private double average;
    private double tokens;
    private int accepted;

    /** Counts one that was accepted. */
    public void accept() {
        if (open) {
            accepted++;
        } else {
            tokens--;
        }
    }

    /** Whether one more may be accepted in this window. */
    public boolean mayAccept() {
        return open || tokens >= 1;
    }

    /**
     * Ends a window and begins the next.
     *
     * @param rate share to keep out from now on, 0..1
     */
    public void nextWindow(double rate) {
        if (open) {
            average += (accepted - average) / MEMORY;
            accepted = 0;
        }
        open = rate <= 0;
        if (open || rate >= 1) {
            tokens = 0;
        } else {
            // The fraction of a connection that a window has left is kept: dropping it would let in far fewer than the
            // share where a window's worth is a few. A debt is kept as well.
            tokens = Math.min(tokens, MOST_KEPT) + Math.max((1 - rate) * average, 1.0 / TRICKLE);
        }
    }
}
