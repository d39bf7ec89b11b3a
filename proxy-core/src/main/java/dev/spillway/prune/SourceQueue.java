package dev.spillway.prune;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Candidates of one kind, by source: next goes the worst of the source whose candidates that are left weigh most.
 *
 * <p><b>What it costs.</b> No object for a candidate, nor for a source of which no second one goes. The heap of sources is made in
 * linear time, and so is the one of a source's candidates, when its second is asked for. So a small demand costs a walk over the
 * candidates and little more, however many there are and however they are spread.
 *
 * <p><b>Repeatable.</b> Scores are whole numbers whose sums fit into a long, so that these do not depend on the order in which
 * candidates came, as sums of floating-point numbers would. Ties go to the higher score, then to the newer connection.
 */
final class SourceQueue {
    private static final int NOBODY = -1;

    private final Candidates candidates;
    private final SourceTable sources;
    private final IntHeap heaviestFirst;

    /** By candidate: the next one in the list of its source, which the worst begins and the others follow as they come. */
    private final int[] next;

    /** By source: the sum of the scores that are left. */
    private long[] weight = {};

    /** By source: the worst that is left. */
    private int[] worst = {};

    /** By source, from its first victim on: those that are left after its worst. */
    private IntHeap[] others = {};

    /** All of {@code kind} among {@code candidates}. */
    SourceQueue(Candidates candidates, Guilt kind) {
        this.candidates = candidates;
        this.sources = new SourceTable(candidates, candidates.count(kind));
        this.next = new int[candidates.size()];
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.isOf(kind, i)) {
                add(i);
            }
        }
        int[] all = new int[sources.size()];
        Arrays.setAll(all, source -> source);
        this.heaviestFirst = new IntHeap(all, this::heavier);
    }

    private void add(int candidate) {
        int known = sources.size();
        int source = sources.number(candidate);
        if (source == known) {
            found(source, candidate);
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

    private void found(int source, int candidate) {
        if (source == weight.length) {
            weight = Arrays.copyOf(weight, sources.room());
            worst = Arrays.copyOf(worst, sources.room());
        }
        weight[source] = candidates.score(candidate);
        worst[source] = candidate;
        next[candidate] = NOBODY;
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
            others = new IntHeap[sources.size()];
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
