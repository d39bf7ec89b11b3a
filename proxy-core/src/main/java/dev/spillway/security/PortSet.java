package dev.spillway.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An immutable set of ports in normal form: ascending, disjoint ranges that do not touch, so that overlapping and
 * sub-ranges, which the original could not handle (S17a), mean what they say. At most 32768 ranges can exist (S20).
 */
public final class PortSet {
    /** The set without a port. */
    public static final PortSet EMPTY = new PortSet(List.of());

    private final List<PortRange> ranges;

    private PortSet(List<PortRange> normalForm) {
        this.ranges = normalForm;
    }

    /** The union of {@code ranges}, in any order, overlapping or not. */
    public static PortSet of(Collection<PortRange> ranges) {
        List<PortRange> normal = new ArrayList<>(ranges.size());
        ranges.stream().sorted().forEach(next -> {
            PortRange previous = normal.isEmpty() ? null : normal.get(normal.size() - 1);
            if (previous != null && next.first() <= previous.last() + 1) {
                normal.set(normal.size() - 1, new PortRange(previous.first(), Math.max(previous.last(), next.last())));
            } else {
                normal.add(next);
            }
        });
        return normal.isEmpty() ? EMPTY : new PortSet(List.copyOf(normal));
    }

    /** Whether {@code port} is in the set; a binary search over the ranges. */
    public boolean contains(int port) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PortRange range = ranges.get(middle);
            if (port < range.first()) {
                high = middle - 1;
            } else if (port > range.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** The normal form, ascending. */
    public List<PortRange> ranges() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortSet set && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
