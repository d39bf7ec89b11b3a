package dev.spillway.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One probe from one address: whom it asks, and what it has heard. Belongs to {@link DomainProbing}'s thread. */
final class Probe {
    private final Candidate candidate;
    private final Deque<Target> now = new ArrayDeque<>();
    private final Deque<Target> later = new ArrayDeque<>();
    private final List<Dialer.Dial> dials = new ArrayList<>();
    private int dialing;
    private boolean over;
    private @Nullable String silence;
    private @Nullable String lack;

    Probe(Candidate candidate) {
        this.candidate = candidate;
    }

    Candidate candidate() {
        return candidate;
    }

    /** Notes whom to ask: {@code favourite} alone first, if it is among them. */
    void ask(List<Target> targets, @Nullable Target favourite) {
        boolean alone = favourite != null && targets.contains(favourite);
        for (Target target : targets) {
            (!alone || target.equals(favourite) ? now : later).add(target);
        }
    }

    /** The next one to ask; null if there is none for now. */
    @Nullable
    Target next() {
        return now.poll();
    }

    /** Has the others asked, too; false if there are none. */
    boolean askOthers() {
        now.addAll(later);
        later.clear();
        return !now.isEmpty();
    }

    void begun() {
        dialing++;
    }

    void dialing(Dialer.Dial dial) {
        dials.add(dial);
    }

    void ended() {
        dialing--;
    }

    /** Whether all that were to be asked for now have been heard of. */
    boolean exhausted() {
        return now.isEmpty() && dialing == 0;
    }

    void silent(String why) {
        silence = why;
    }

    void lacking(String what) {
        lack = what;
    }

    /** The last reason for which nobody answered. */
    @Nullable
    String silence() {
        return silence;
    }

    /** What was missing to ask somebody; null if everybody was asked. */
    @Nullable
    String lack() {
        return lack;
    }

    /** Whether what is heard from now on is of no interest. */
    boolean over() {
        return over;
    }

    void end() {
        over = true;
    }

    /** Ends it, and what is on its way for it. */
    void cancel() {
        end();
        now.clear();
        later.clear();
        List.copyOf(dials).forEach(Dialer.Dial::cancel);
    }
}
