package dev.spillway.relay;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the buffers of all connections together may hold, and the rule that keeps it so.
 *
 * <p><b>The invariant: held bytes never exceed the budget, whatever the peers do</b>. It holds because room
 * is taken before a buffer is allocated and given back after it was written out, and because what is taken is the
 * buffer's capacity, not the bytes that happen to be in it.
 *
 * <p>A read that finds no room is not refused, for then every connection would stand still until one of those that fill
 * the memory moves, and it is the attacker who decides that. It gets a <em>spare</em> instead: a buffer of a few hundred
 * bytes that was set aside for it. There are as many spares as there can be reads without room: one for each direction
 * of each connection, because a direction reads again only when what it read before has been written. So small exchanges
 * go on at full speed when memory is spent, large ones slower, and the invariant is kept by arithmetic:
 *
 * <pre>  ordinary room = budget − 2 × connections × spare        held ≤ ordinary room + 2 × connections × spare</pre>
 *
 * <p>The number of connections can be changed while room is taken. Both the old and the new layout have to fit then, so the
 * smaller of each figure counts, and the new one comes into force when what is held fits into its ordinary room, and the
 * connections there are into its number: {@link #arrange}, {@link #settle}.
 *
 * <p>Thread-safe; taking room needs no lock. {@link #whenAbove} is told at once when held bytes rise to the alarm mark, so that the
 * controller need not poll to see it.
 */
public final class MemoryBudget {
    /** The largest spare that is useful: most small requests fit. */
    static final int LARGEST_SPARE = 1024;

    private static final int SMALLEST_SPARE = 16;

    private final long budget;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong shortReads = new AtomicLong();
    private final Rousing rousing = new Rousing();
    private volatile Alarm alarm = new Alarm(Long.MAX_VALUE, () -> {});

    private volatile Layout layout;
    private volatile @Nullable Layout target;
    private volatile Layout arranged;

    private record Alarm(long mark, Runnable action) {}

    /**
     * How the budget is divided.
     *
     * @param connections it has spares for
     * @param spare size of one, in bytes
     * @param ordinary what is left for ordinary reads, in bytes
     */
    record Layout(int connections, int spare, long ordinary) {
        static Layout of(long budget, int connections) {
            long each = budget / 4 / (2L * connections);
            if (each < SMALLEST_SPARE) {
                throw new IllegalArgumentException("budget: " + budget + " bytes for " + connections
                        + " connections (expected: " + 8L * SMALLEST_SPARE * connections + " bytes or more)");
            }
            int spare = (int) Math.min(LARGEST_SPARE, Long.highestOneBit(each));
            return new Layout(connections, spare, budget - 2L * connections * spare);
        }

        /** The smaller of each. */
        Layout meet(Layout other) {
            return new Layout(
                    Math.min(connections, other.connections),
                    Math.min(spare, other.spare),
                    Math.min(ordinary, other.ordinary));
        }
    }

    /**
     * A budget of {@code budgetBytes} for at most {@code maxConnections}. At most a quarter of it is set aside for spares.
     *
     * @throws IllegalArgumentException if that does not give each direction {@value #SMALLEST_SPARE} bytes
     */
    public MemoryBudget(long budgetBytes, int maxConnections) {
        this.budget = budgetBytes;
        this.layout = Layout.of(budgetBytes, maxConnections);
        this.arranged = layout;
    }

    /**
     * Begins to divide the budget for another number of connections. Before {@link #settle} may be called with what this
     * returns, every thread that takes room has to have done something else, so that none goes by the layout before.
     *
     * @throws IllegalArgumentException if the budget is too small for so many; nothing has changed
     */
    synchronized Layout arrange(int maxConnections) {
        Layout next = Layout.of(budget, maxConnections);
        target = null;
        arranged = next;
        layout = layout.meet(next);
        return next;
    }

    /** The number of connections that was asked for last. */
    int arrangedFor() {
        return arranged.connections;
    }

    /**
     * Has {@code next} come into force as soon as it fits: at this or a later {@link #settle(int)}. Does nothing if another
     * one was arranged since.
     */
    synchronized void settle(Layout next, int active) {
        if (next == arranged) {
            target = next;
            settle(active);
        }
    }

    /** Brings a layout that is to come into force if it fits now. {@code active} is how many connections there are. */
    void settle(int active) {
        Layout next = target;
        if (next != null) {
            // Taking room goes by a layout that is not larger meanwhile, so what fits now fits still when it is set.
            synchronized (this) {
                if (next == target && held.get() <= next.ordinary && active <= next.connections) {
                    layout = next;
                    target = null;
                }
            }
        }
    }

    /** The most connections there may be now. */
    int connections() {
        return layout.connections;
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
            if (before + wanted > layout.ordinary) {
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
        int size = Math.min(layout.spare, wanted);
        alert(held.getAndAdd(size), size);
        return size;
    }

    /** If telling fails, nothing was taken: whoever asked hears of the fault, and never of the room. */
    private void alert(long before, int size) {
        boolean told = false;
        try {
            Alarm current = alarm;
            if (before < current.mark && before + size >= current.mark) {
                current.action.run();
            }
            rousing.stir();
            told = true;
        } finally {
            if (!told) {
                release(size);
            }
        }
    }

    /** Tells when something moves after a rest: each read takes room here first. */
    public Rousing rousing() {
        return rousing;
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
        return layout.ordinary;
    }

    /** The size of a spare, in bytes. */
    public int spareBytes() {
        return layout.spare;
    }

    /** Reads so far that had to do with a spare. */
    public long shortReads() {
        return shortReads.get();
    }
}
