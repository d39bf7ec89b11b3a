package dev.spillway.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The last descriptors this process may open, which connections do not use up, so that newcomers can still be accepted, the
 * admin plane answers, and files can be opened. While the first half of the reserve is used, silent connections are closed; of
 * the second half connections take nothing.
 *
 * <p><b>Nothing has to be kept open for it.</b> The sockets of connections are counted as they are opened and closed; all others
 * are few, and are what is open beside them when somebody looks ({@link #measured}), some times a second.
 *
 * <p>Lost: descriptors kept open, to be closed in need. Each of them has to be got back afterwards, and which of the threads
 * gets one that was closed is a matter of chance. Lost too: the number of a new socket, which is the lowest that is free. It says
 * that all below are taken, but once connections have come and gone, the free ones are low and the taken ones high.
 *
 * <p>Any thread.
 */
public final class DescriptorReserve {
    /** Enough for a burst of accepts on each event loop while room is made, and as many again for the admin plane and files. */
    static final int MOST = 64;

    private static final int SHARE = 16;

    private final AtomicInteger sockets = new AtomicInteger();
    private volatile long limit;
    private volatile long others;

    DescriptorReserve() {}

    /** A socket of a connection, or of one that is to become one, was opened. */
    public void opened() {
        sockets.incrementAndGet();
    }

    /** One was closed. */
    public void closed() {
        sockets.decrementAndGet();
    }

    /**
     * How many descriptors are open of how many, all of the process.
     *
     * @param limit 0 if that is not known: there is no reserve then
     */
    public void measured(long open, long limit) {
        this.others = Math.max(0, open - sockets.get());
        this.limit = limit;
    }

    /** Whether all descriptors but the reserve are taken. */
    public boolean touched() {
        return left() < reserve();
    }

    /** How many have to be closed until it is not touched any more; 0 if none. */
    public int lack() {
        return (int) Math.max(0, reserve() - left());
    }

    /** How many sockets of connections are open now. */
    public int sockets() {
        return sockets.get();
    }

    /** Whether no more than half of the reserve is left. */
    public boolean spent() {
        return left() <= reserve() / 2;
    }

    private long left() {
        return limit <= 0 ? Long.MAX_VALUE : limit - others - sockets.get();
    }

    private long reserve() {
        return Math.min(MOST, limit / SHARE);
    }
}
