package dev.spillway.bench.sim;

import java.util.SplittableRandom;

/**
 * The heap as the proxy's own source reads it: what was in use after the last collection, and what connections accepted since
 * take. Every 0.5 to 2 s there is a collection of young objects, which leaves half of the garbage that connections have become since the whole heap was last
 * collected. A whole collection leaves none; it is asked for when the reading is at the high mark after a partial one, or when
 * what was given back has to be seen, and made every 5 s at most.
 */
final class Heap {
    private static final long CONFIRM = 5000;

    private final Memory memory;
    private final SplittableRandom random;
    private long usedAfter;
    private int connectionsAfter;
    private boolean whole = true;
    private long wholeAt;
    private long confirmedAt = -CONFIRM;
    private long nextPartial = 1000;
    private long garbage;
    private int before;

    Heap(Memory memory, SplittableRandom random) {
        this.memory = memory;
        this.random = random;
        this.usedAfter = memory.heap();
    }

    void step(long now) {
        garbage += (long) Memory.FIXED * Math.max(0, before - memory.connections());
        before = memory.connections();
        if (now >= nextPartial) {
            nextPartial = now + random.nextInt(500, 2001);
            usedAfter = memory.heap() + garbage / 2;
            connectionsAfter = memory.connections();
            whole = garbage == 0;
        }
    }

    /** What is read at {@code now}; {@code highMark} in bytes. */
    long read(long now, double highMark) {
        if (used() >= highMark && !whole) {
            confirm(now);
        }
        return used();
    }

    private long used() {
        return usedAfter + (long) Memory.FIXED * Math.max(0, memory.connections() - connectionsAfter);
    }

    /** Has the whole heap collected, unless it was lately. */
    void confirm(long now) {
        if (now - confirmedAt >= CONFIRM) {
            confirmedAt = now;
            garbage = 0;
            usedAfter = memory.heap();
            connectionsAfter = memory.connections();
            whole = true;
            wholeAt = now;
        }
    }

    /** When the whole heap was last collected. */
    long wholeAt() {
        return wholeAt;
    }
}
