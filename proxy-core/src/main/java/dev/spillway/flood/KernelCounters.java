package dev.spillway.flood;

import java.util.Arrays;

/** The {@linkplain KernelCounter counters} at one moment. */
public final class KernelCounters {
    /** Stands for a counter that this kernel does not have. */
    public static final long ABSENT = -1;

    /** Of a kernel that has none of them, or does not tell. */
    public static final KernelCounters NONE = none();

    private final long[] values;

    /** @param values by ordinal of {@link KernelCounter}; {@link #ABSENT} for one that is not there */
    public KernelCounters(long[] values) {
        if (values.length != KernelCounter.values().length) {
            throw new IllegalArgumentException(
                    "values: " + values.length + " (expected: " + KernelCounter.values().length + ")");
        }
        this.values = values.clone();
    }

    private static KernelCounters none() {
        long[] absent = new long[KernelCounter.values().length];
        Arrays.fill(absent, ABSENT);
        return new KernelCounters(absent);
    }

    /** The value, or {@link #ABSENT}. */
    public long get(KernelCounter counter) {
        return values[counter.ordinal()];
    }

    /** By how much it has grown since {@code before}; 0 if it is absent or has begun anew. */
    public long since(KernelCounters before, KernelCounter counter) {
        long was = before.get(counter);
        return was == ABSENT ? 0 : Math.max(0, get(counter) - was);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KernelCounters counters && Arrays.equals(values, counters.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
