package dev.spillway.server.store;

import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one layer says of ports: some are exempt, some are not although a layer below says so, of the others nothing. As
 * ascending parts that do not overlap, neighbours that were asked for together joined. Immutable. There can be no more
 * parts than ports, however often somebody asks.
 */
public final class PortMarks {
    /** Says nothing. */
    public static final PortMarks NONE = new PortMarks(List.of());

    private final List<Part> parts;

    private PortMarks(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * What was asked for of some ports.
     *
     * @param exempt whether they are to be left alone
     * @param asked the whole range that was asked for, of which a later request may have left a part only
     * @param origin who asked
     */
    public record Mark(boolean exempt, PortRange asked, Origin origin) {}

    /** Ports with the same mark. */
    public record Part(PortRange ports, Mark mark) {
        private boolean agrees(Part other) {
            return ports.equals(other.ports)
                    && mark.exempt() == other.mark.exempt()
                    && mark.asked().equals(other.mark.asked());
        }
    }

    /**
     * The marks of these parts, in any order.
     *
     * @throws IllegalArgumentException if two of them say something of the same port
     */
    static PortMarks of(List<Part> parts) {
        PortMarks marks = joined(parts);
        for (int i = 1; i < marks.parts.size(); i++) {
            PortRange before = marks.parts.get(i - 1).ports();
            PortRange ports = marks.parts.get(i).ports();
            if (ports.first() <= before.last()) {
                throw new IllegalArgumentException(ports + " (expected: no port of " + before + ")");
            }
        }
        return marks;
    }

    /** The same with {@code mark} for all of its range, whatever was said of those ports before. */
    public PortMarks with(Mark mark) {
        return of(List.of(new Part(mark.asked(), mark))).over(this);
    }

    /** The same without a word on {@code range}. */
    public PortMarks without(PortRange range) {
        List<Part> left = new ArrayList<>();
        for (Part part : parts) {
            PortRange ports = part.ports();
            if (ports.first() < range.first()) {
                left.add(new Part(
                        new PortRange(ports.first(), Math.min(ports.last(), range.first() - 1)), part.mark()));
            }
            if (ports.last() > range.last()) {
                left.add(new Part(new PortRange(Math.max(ports.first(), range.last() + 1), ports.last()), part.mark()));
            }
        }
        return joined(left);
    }

    /** What this layer and the one below say together: this one's word counts where it has one. */
    public PortMarks over(PortMarks below) {
        List<Part> both = new ArrayList<>(parts);
        for (Part lower : below.parts) {
            int first = lower.ports().first();
            int last = lower.ports().last();
            for (int i = firstEndingAt(first); i < parts.size() && first <= last; i++) {
                PortRange covered = parts.get(i).ports();
                if (covered.first() > first) {
                    both.add(new Part(new PortRange(first, Math.min(last, covered.first() - 1)), lower.mark()));
                }
                first = covered.last() + 1;
            }
            if (first <= last) {
                both.add(new Part(new PortRange(first, last), lower.mark()));
            }
        }
        return joined(both);
    }

    /** The index of the first part that ends at {@code port} or above; a binary search. */
    private int firstEndingAt(int port) {
        int low = 0;
        int high = parts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (parts.get(middle).ports().last() < port) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static PortMarks joined(List<Part> parts) {
        List<Part> normal = new ArrayList<>();
        parts.stream()
                .sorted((one, other) -> one.ports().compareTo(other.ports()))
                .forEach(next -> {
                    Part previous = normal.isEmpty() ? null : normal.get(normal.size() - 1);
                    if (previous != null
                            && previous.mark().equals(next.mark())
                            && previous.ports().last() + 1 == next.ports().first()) {
                        PortRange both = new PortRange(
                                previous.ports().first(), next.ports().last());
                        normal.set(normal.size() - 1, new Part(both, next.mark()));
                    } else {
                        normal.add(next);
                    }
                });
        return normal.isEmpty() ? NONE : new PortMarks(List.copyOf(normal));
    }

    /** The ports that are exempt. */
    public PortSet exempt() {
        return PortSet.of(parts.stream()
                .filter(part -> part.mark().exempt())
                .map(Part::ports)
                .toList());
    }

    /** The parts, ascending. */
    public List<Part> parts() {
        return parts;
    }

    /** Those that overlap {@code range}, cut to it. */
    public List<Part> parts(PortRange range) {
        return parts.subList(firstEndingAt(range.first()), parts.size()).stream()
                .takeWhile(part -> part.ports().first() <= range.last())
                .map(part -> new Part(
                        new PortRange(
                                Math.max(part.ports().first(), range.first()),
                                Math.min(part.ports().last(), range.last())),
                        part.mark()))
                .toList();
    }

    /** Whether it says the same of every port, whoever asked. */
    boolean agrees(PortMarks other) {
        return parts.size() == other.parts.size()
                && IntStream.range(0, parts.size()).allMatch(i -> parts.get(i).agrees(other.parts.get(i)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortMarks marks && parts.equals(marks.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return parts.toString();
    }
}
