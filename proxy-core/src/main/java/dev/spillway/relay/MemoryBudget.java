package dev.spillway.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the buffers of all connections together may hold, and the rule that keeps it so.
 *
 * <p><b>The invariant: held bytes never exceed the budget, whatever the peers do</b> (with one exception, io_uring, told
 * in {@link dev.spillway.transport.Transport#canRefuseReads}). It holds because room is taken
 * before a buffer is allocated and given back after it was written out, and because what is taken is the buffer's
 * capacity, not the bytes that happen to be in it.
 *
 * <p>A read that finds no room is not refused, for then every connection would stand still until one of those that fill
 * the memory moves, and it is the attacker who decides that. It gets a <em>spare</em> instead: a buffer of a few hundred
 * bytes that was set aside for it. There are as many spares as there can be reads without room: one for each direction
 * of each connection, because a direction reads again only when what it read before has been written. So small exchanges
 * go on at full speed when memory is spent, large ones slower, and the invariant is kept by arithmetic:
 *
 * <pre>  ordinary room = budget − 2 × connections × spare        held ≤ ordinary room + 2 × connections × spare</pre>
 *
 * <p>Thread-safe without locks. {@link #whenAbove} is told at once when held bytes rise to the alarm mark, so that the
 * controller need not poll to see it.
 */
public final class MemoryBudget {
    /** The largest spare that is useful: most small requests fit. */
    static final int LARGEST_SPARE = 1024;

    private static final int SMALLEST_SPARE = 16;

    private final long budget;
    private final int spare;
    private final long ordinary;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong shortReads = new AtomicLong();
    private volatile Alarm alarm = new Alarm(Long.MAX_VALUE, () -> {});

    private record Alarm(long mark, Runnable action) {}

    /**
     * A budget of {@code budgetBytes} for at most {@code maxConnections}. At most a quarter of it is set aside for spares.
     *
     * @throws IllegalArgumentException if that does not give each direction {@value #SMALLEST_SPARE} bytes
     */
    public MemoryBudget(long budgetBytes, int maxConnections) {
        long each = budgetBytes / 4 / (2L * maxConnections);
        if (each < SMALLEST_SPARE) {
            throw new IllegalArgumentException("budget: " + budgetBytes + " bytes for " + maxConnections
                    + " connections (expected: " + 8L * SMALLEST_SPARE * maxConnections + " bytes or more)");
        }
        this.budget = budgetBytes;
        this.spare = (int) Math.min(LARGEST_SPARE, Long.highestOneBit(each));
        this.ordinary = budgetBytes - 2L * maxConnections * spare;
    }

    /** The most connections that a budget of {@code budgetBytes} has spares for. */
    public static long mostConnections(long budgetBytes) {
        return budgetBytes / (8L * SMALLEST_SPARE);
    }

    /** Has {@code action} run, on whatever thread takes the room, each time held bytes rise to {@code mark}. */
    public void whenAbove(long mark, Runnable action) {
        alarm = new Alarm(mark, action);
    }

    /**
     * Takes room for a buffer of {@code wanted} bytes.
     *
     * @return how large a buffer may be allocated: {@code wanted}, or a spare if there is no room for that. All of it has
     *     to be given back by {@link #release}.
     */
    int take(int wanted) {
        while (true) {
            long before = held.get();
            if (before + wanted > ordinary) {
                return takeSpare(wanted);
            }
            if (held.compareAndSet(before, before + wanted)) {
                alert(before, wanted);
                return wanted;
            }
        }
    }

    /** Takes a spare, or {@code wanted} bytes if that is less. */
    int takeSpare(int wanted) {
        shortReads.incrementAndGet();
        int size = Math.min(spare, wanted);
        alert(held.getAndAdd(size), size);
        return size;
    }

    private void alert(long before, int size) {
        Alarm current = alarm;
        if (before < current.mark && before + size >= current.mark) {
            current.action.run();
        }
    }

    /** Gives back room taken before. */
    void release(long bytes) {
        if (held.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("more released than was taken: " + bytes + " bytes too many or fewer");
        }
    }

    /** What all buffers take now, in bytes: 0 to {@link #bytes()}. */
    public long held() {
        return held.get();
    }

    /** The budget, in bytes. */
    public long bytes() {
        return budget;
    }

    /**
     * What there is for reads that are not short, in bytes: the budget less all spares. Memory is spent when this is, though
     * held bytes may be well below the budget: the spares of connections that are not there are nobody else's.
     */
    public long ordinaryBytes() {
        return ordinary;
    }

    /** The size of a spare, in bytes. */
    public int spareBytes() {
        return spare;
    }

    /** Reads so far that had to do with a spare. */
    public long shortReads() {
        return shortReads.get();
    }
}
