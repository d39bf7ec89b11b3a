package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import dev.spillway.security.Allowance;
import java.util.HashMap;
import java.util.Map;

/** The limits of sources as they would be without a bound of memory: the oracle. Counts what is left, not what is taken. */
final class ExactLimits {
    private static final long TOKEN = 1_000_000_000;

    private final Allowance allowance;
    private final Map<SourceGroup, State> states = new HashMap<>();

    private static final class State {
        private long left;
        private long at;
        private int halfOpen;
        private int admitted;
    }

    ExactLimits(Allowance allowance) {
        this.allowance = allowance;
    }

    private State state(SourceGroup source, long now) {
        return states.computeIfAbsent(source, fresh -> {
            State state = new State();
            state.left = allowance.burst() * TOKEN;
            state.at = now;
            return state;
        });
    }

    boolean enter(SourceGroup source, long now) {
        State state = state(source, now);
        state.left = Math.min(allowance.burst() * TOKEN, state.left + (now - state.at) * allowance.rate());
        state.at = now;
        boolean silent = allowance.halfOpen() > 0 && state.halfOpen >= allowance.halfOpen();
        if (silent || allowance.rate() > 0 && state.left < TOKEN) {
            return false;
        }
        state.left -= TOKEN;
        state.halfOpen++;
        state.admitted++;
        return true;
    }

    void leave(SourceGroup source) {
        states.get(source).halfOpen--;
    }

    int halfOpen(SourceGroup source) {
        State state = states.get(source);
        return state == null ? 0 : state.halfOpen;
    }

    int admitted(SourceGroup source) {
        State state = states.get(source);
        return state == null ? 0 : state.admitted;
    }
}
