package dev.spillway.syn;

import java.util.List;

/**
 * What the gate is to keep out at every eligible listener. Keep the instance while nothing changes: who carries it out then
 * sees at once that there is nothing to do.
 *
 * @param dropRate {@code SynDropRate}: share of SYNs that are dropped, 0..1
 * @param offenders whose SYNs are all dropped
 */
public record SynOrder(double dropRate, List<DeniedPrefix> offenders) {
    /** Nothing: the gate is open. */
    public static final SynOrder NONE = new SynOrder(0, List.of());

    /** @throws IllegalArgumentException if the rate is out of 0..1 */
    public SynOrder {
        if (!(dropRate >= 0 && dropRate <= 1)) {
            throw new IllegalArgumentException("dropRate: " + dropRate + " (expected: 0..1)");
        }
        offenders = List.copyOf(offenders);
    }

    /** A rate alone. */
    public static SynOrder of(double dropRate) {
        return dropRate == 0 ? NONE : new SynOrder(dropRate, List.of());
    }

    /** Whether it keeps nobody out. */
    public boolean open() {
        return dropRate == 0 && offenders.isEmpty();
    }
}
