package dev.spillway.bench.sim;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which connections the kernel is asked about, as the proxy's own sampler does it: three lines, suspects first, each in the order in which they came to
 * it. In calm times it takes 1 % of one core, before a choice 5 ms of one event loop; a look at both sockets is taken to cost 3 µs.
 */
final class Sampler {
    static final int LOOKS_A_TICK = 330;
    static final int LOOKS_BEFORE_CHOICE = 1650;

    private static final long TICK = 100;
    private static final long SUSPECT_PAUSE = 250;
    private static final long STIRRING_PAUSE = 100;
    private static final long QUIET_PAUSE = 30_000;

    private final Set<SimulatedConnection> suspects = new LinkedHashSet<>();
    private final Set<SimulatedConnection> stirring = new LinkedHashSet<>();
    private final Set<SimulatedConnection> quiet = new LinkedHashSet<>();

    private final List<Set<SimulatedConnection>> lines = List.of(suspects, stirring, quiet);
    private long looks;

    /** What a look says of a connection; the lines are in this order. */
    enum Standing {
        STANDS,
        STIRS,
        QUIET
    }

    void add(SimulatedConnection connection, long now) {
        connection.lined(now);
        stirring.add(connection);
    }

    void remove(SimulatedConnection connection) {
        lines.get(connection.standing().ordinal()).remove(connection);
    }

    /** A byte moved in a connection that was quiet. */
    void stirred(SimulatedConnection connection, long now) {
        quiet.remove(connection);
        add(connection, now);
    }

    /** At the end of the millisecond {@code now}. */
    void step(long now) {
        if (now % TICK == 0) {
            pass(now, LOOKS_A_TICK, SUSPECT_PAUSE, STIRRING_PAUSE);
        }
    }

    /** Before victims are chosen. */
    void beforeChoice(long now) {
        pass(now, LOOKS_BEFORE_CHOICE, 1, 1);
    }

    private void pass(long now, int budget, long suspectPause, long stirringPause) {
        int left = budget;
        left -= take(suspects, now, suspectPause, budget / 8 * 5);
        left -= take(stirring, now, stirringPause, Math.max(0, left - budget / 8));
        left -= take(quiet, now, QUIET_PAUSE, left);
        left -= take(suspects, now, suspectPause, left);
        take(stirring, now, stirringPause, left);
    }

    /** Looks at those who have waited so long; returns how many. */
    private int take(Set<SimulatedConnection> line, long now, long pause, int most) {
        int taken = 0;
        while (taken < most) {
            Iterator<SimulatedConnection> first = line.iterator();
            if (!first.hasNext()) {
                break;
            }
            SimulatedConnection connection = first.next();
            if (now - connection.linedAt() < pause) {
                break;
            }
            first.remove();
            connection.look(now);
            connection.lined(now);
            lines.get(connection.standing().ordinal()).add(connection);
            taken++;
        }
        looks += taken;
        return taken;
    }

    /** How often the kernel was asked. */
    long looks() {
        return looks;
    }
}
