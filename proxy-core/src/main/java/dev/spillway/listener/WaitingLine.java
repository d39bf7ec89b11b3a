package dev.spillway.listener;

import dev.spillway.security.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Newcomers that were accepted while there was no room, in the order in which they came. Bounded. Owned by the event loop of
 * the socket they came in by.
 */
final class WaitingLine {
    /** More than Netty accepts in one read of a server channel (16), so that it is met only by a burst of completions. */
    private static final int MOST = 64;

    private final Deque<Newcomer> line = new ArrayDeque<>();

    boolean isEmpty() {
        return line.isEmpty();
    }

    /** Has a newcomer wait; false if too many do. */
    boolean add(Newcomer newcomer) {
        return line.size() < MOST && line.add(newcomer);
    }

    /**
     * Whether somebody waits who has to be taken before another newcomer. Who is spared does not wait for the eligible, for
     * whom there is less room (S5).
     *
     * @param most how many connections there may be for one of a verdict to be taken
     */
    boolean precedes(Verdict other, ToIntFunction<Verdict> most) {
        int mostOfOther = most.applyAsInt(other);
        return line.stream().anyMatch(waits -> most.applyAsInt(waits.verdict()) >= mostOfOther);
    }

    /** Has it wait no more. */
    void leave(Newcomer newcomer) {
        line.removeLastOccurrence(newcomer);
    }

    /** How many wait. */
    int size() {
        return line.size();
    }

    /** Who has waited for longest; there has to be one. */
    Newcomer first() {
        return line.getFirst();
    }

    /** Lets those go for whom there is room. */
    void release(Predicate<Newcomer> room, Consumer<Newcomer> taken) {
        for (Iterator<Newcomer> all = line.iterator(); all.hasNext(); ) {
            Newcomer newcomer = all.next();
            if (room.test(newcomer)) {
                all.remove();
                taken.accept(newcomer);
            }
        }
    }

    /** Gives all of them up. */
    void abandon(Consumer<Newcomer> each) {
        line.forEach(each);
        line.clear();
    }
}
