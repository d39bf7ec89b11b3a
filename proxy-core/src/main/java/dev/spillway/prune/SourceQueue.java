package dev.spillway.prune;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Candidates of one kind, by source: next goes the worst of the source whose candidates that are left weigh most.
 *
 * <p><b>What it costs.</b> No object for a candidate, nor for a source of which no second one goes. Of n sources no more than the k heaviest can be
 * asked for by k victims: each victim takes one of the heaviest source that is left, and a source that is not among the k
 * heaviest is reached only after each of these has given one. So only those are put in order, and a few more, since the line is drawn
 * at an eighth of a power of two rather than between two of them; the others are weighed and left aside. The heap of a source's candidates is made when its second is asked for.
 *
 * <p><b>Repeatable.</b> Scores are whole numbers whose sums fit into a long, so that these do not depend on the order in which
 * candidates came, as sums of floating-point numbers would. Ties go to the higher score, then to the newer connection.
 */
final class SourceQueue {
    private static final int NOBODY = -1;
    private static final int PART_BITS = 3;
    private static final int CLASSES = Long.SIZE - PART_BITS + 1 << PART_BITS;

    private final Candidates candidates;
    private final IntHeap heaviestFirst;

    /** By candidate: the next one in the list of its source, which the worst begins and the others follow as they come. */
    private final int[] next;

    private final int sources;

    /** By source: the sum of the scores that are left. */
    private long[] weight = {};

    /** By source: the worst that is left. */
    private int[] worst = {};

    /** By source, from its first victim on: those that are left after its worst. */
    private IntHeap[] others = {};

    /**
     * Those of {@code kind} among {@code candidates}.
     *
     * @param most how many will be taken out at most; positive
     */
    SourceQueue(Candidates candidates, Guilt kind, int most) {
        this.candidates = candidates;
        this.next = new int[candidates.size()];
        SourceTable table = new SourceTable(candidates.count(kind));
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.isOf(kind, i)) {
                add(i, table);
            }
        }
        this.sources = table.size();
        this.heaviestFirst = new IntHeap(heaviest(most), this::heavier);
    }

    private void add(int candidate, SourceTable table) {
        int known = table.size();
        int source = table.number(candidates.sourceKey(candidate));
        if (source == known) {
            found(source, candidate, table.room());
            return;
        }
        weight[source] += candidates.score(candidate);
        int head = worst[source];
        if (candidates.worse(candidate, head)) {
            next[candidate] = head;
            worst[source] = candidate;
        } else {
            next[candidate] = next[head];
            next[head] = candidate;
        }
    }

    private void found(int source, int candidate, int room) {
        if (source == weight.length) {
            weight = Arrays.copyOf(weight, room);
            worst = Arrays.copyOf(worst, room);
        }
        weight[source] = candidates.score(candidate);
        worst[source] = candidate;
        next[candidate] = NOBODY;
    }

    /** The {@code most} heaviest sources, and some that weigh nearly as much as the lightest of these; all if there are fewer. */
    private int[] heaviest(int most) {
        int[] counts = new int[CLASSES];
        for (int source = 0; source < sources; source++) {
            counts[weightClass(weight[source])]++;
        }
        int line = CLASSES;
        int above = 0;
        while (line > 0 && above < most) {
            above += counts[--line];
        }
        int[] heaviest = new int[above];
        for (int source = 0, at = 0; at < above; source++) {
            if (weightClass(weight[source]) >= line) {
                heaviest[at++] = source;
            }
        }
        return heaviest;
    }

    /** Never lower for a heavier one: its highest bit, and the {@value #PART_BITS} after it. */
    private static int weightClass(long weight) {
        if (weight < 1 << PART_BITS) {
            return (int) weight;
        }
        int shift = Long.SIZE - 1 - PART_BITS - Long.numberOfLeadingZeros(weight);
        return (shift << PART_BITS) + (int) (weight >>> shift);
    }

    boolean isEmpty() {
        return heaviestFirst.isEmpty();
    }

    /** Takes the next one out; only from a queue that is not empty. */
    int remove() {
        int source = heaviestFirst.first();
        int victim = worst[source];
        weight[source] -= candidates.score(victim);
        IntHeap rest = others(source);
        if (rest == null || rest.isEmpty()) {
            heaviestFirst.removeFirst();
        } else {
            worst[source] = rest.first();
            rest.removeFirst();
            heaviestFirst.firstFell();
        }
        return victim;
    }

    /** Those of a source that are left without its worst, or null if there never was another one. */
    private @Nullable IntHeap others(int source) {
        if (others.length == 0) {
            others = new IntHeap[sources];
        }
        if (others[source] == null && next[worst[source]] != NOBODY) {
            others[source] = new IntHeap(listAfter(worst[source]), candidates::worse);
        }
        return others[source];
    }

    private int[] listAfter(int head) {
        int length = 0;
        for (int i = next[head]; i != NOBODY; i = next[i]) {
            length++;
        }
        int[] list = new int[length];
        for (int i = next[head], at = 0; i != NOBODY; i = next[i]) {
            list[at++] = i;
        }
        return list;
    }

    private boolean heavier(int one, int other) {
        return weight[one] != weight[other] ? weight[one] > weight[other] : candidates.worse(worst[one], worst[other]);
    }
}
