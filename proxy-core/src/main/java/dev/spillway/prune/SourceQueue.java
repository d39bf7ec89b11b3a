package dev.spillway.prune;

import java.util.Arrays;

/**
 * Candidates of one kind, by source: next goes the worst of the source whose candidates that are left weigh most.
 *
 * <p><b>What it costs.</b> No object for a candidate, nor for a source of which no second one goes. The heap of sources is made in
 * linear time, and so is the one of a source's candidates, when its second is asked for. So a small demand costs a walk over the
 * candidates and little more, however many there are and however they are spread.
 *
 * <p><b>Repeatable.</b> Scores are whole numbers and their sums have 128 bits, so that neither depends on the order in which
 * candidates came, as sums of floating-point numbers would. Ties go to the higher score, then to the newer connection.
 */
final class SourceQueue {
    private static final int FIRST_ROOM = 64;
    private static final int NOBODY = -1;

    private final Candidates candidates;
    private final SourceTable sources;
    private final IntHeap heaviestFirst;

    /** By candidate: the one of the same source that came before it. */
    private final int[] before;

    // By source: the sum of the scores that are left, how many, the worst of them, and the one that came last.
    private long[] weightHigh = new long[FIRST_ROOM];
    private long[] weightLow = new long[FIRST_ROOM];
    private int[] left = new int[FIRST_ROOM];
    private int[] worst = new int[FIRST_ROOM];
    private int[] latest = new int[FIRST_ROOM];

    /** By source, from its second victim on: those that are left after its worst. */
    private IntHeap[] others = {};

    /** All of {@code kind} among {@code candidates}. */
    SourceQueue(Candidates candidates, Guilt kind) {
        this.candidates = candidates;
        this.sources = new SourceTable(candidates.seed());
        this.before = new int[candidates.size()];
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
        int source = sources.number(candidates.source(candidate));
        if (source == left.length) {
            int room = 2 * source;
            weightHigh = Arrays.copyOf(weightHigh, room);
            weightLow = Arrays.copyOf(weightLow, room);
            left = Arrays.copyOf(left, room);
            worst = Arrays.copyOf(worst, room);
            latest = Arrays.copyOf(latest, room);
        }
        long score = candidates.score(candidate);
        weightLow[source] += score;
        if (Long.compareUnsigned(weightLow[source], score) < 0) {
            weightHigh[source]++;
        }
        if (left[source] == 0) {
            before[candidate] = NOBODY;
            worst[source] = candidate;
        } else {
            before[candidate] = latest[source];
            if (candidates.worse(candidate, worst[source])) {
                worst[source] = candidate;
            }
        }
        latest[source] = candidate;
        left[source]++;
    }

    boolean isEmpty() {
        return heaviestFirst.isEmpty();
    }

    /** Takes the next one out; only from a queue that is not empty. */
    int remove() {
        int source = heaviestFirst.first();
        int victim = worst[source];
        left[source]--;
        if (left[source] == 0) {
            heaviestFirst.removeFirst();
            return victim;
        }
        long score = candidates.score(victim);
        if (Long.compareUnsigned(weightLow[source], score) < 0) {
            weightHigh[source]--;
        }
        weightLow[source] -= score;
        IntHeap rest = others(source, victim);
        worst[source] = rest.first();
        rest.removeFirst();
        heaviestFirst.firstFell();
        return victim;
    }

    private IntHeap others(int source, int victim) {
        if (others.length == 0) {
            others = new IntHeap[sources.size()];
        }
        IntHeap rest = others[source];
        if (rest == null) {
            int[] members = new int[left[source]];
            int found = 0;
            for (int i = latest[source]; i != NOBODY; i = before[i]) {
                if (i != victim) {
                    members[found++] = i;
                }
            }
            rest = new IntHeap(members, candidates::worse);
            others[source] = rest;
        }
        return rest;
    }

    private boolean heavier(int one, int other) {
        if (weightHigh[one] != weightHigh[other]) {
            return weightHigh[one] > weightHigh[other];
        }
        int byLow = Long.compareUnsigned(weightLow[one], weightLow[other]);
        return byLow != 0 ? byLow > 0 : candidates.worse(worst[one], worst[other]);
    }
}
