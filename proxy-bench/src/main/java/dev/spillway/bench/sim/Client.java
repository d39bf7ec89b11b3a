package dev.spillway.bench.sim;

import dev.spillway.connection.SourceGroup;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who makes connections, one at a time: what it does next is its only event in the {@link Agenda}. It has its own
 * chance, so that what happens to others does not change what it would do.
 */
final class Client {
    private static final Verdict ELIGIBLE = new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 1);
    private static final Verdict EXEMPT = new Verdict(Standing.EXEMPT_PORT, NetworkProfile.PUBLIC, 1);

    private final Population population;
    private final SourceGroup source;
    private final SplittableRandom random;
    private final double line;
    private @Nullable SimulatedConnection connection;

    /** What a behaviour remembers of this client: which step it is in, what is left of a body, its pace in bytes a second. */
    int stage;

    long left;
    double rate;
    long until;

    // The agenda's own links.
    @Nullable
    Client earlier;

    @Nullable
    Client later;

    long due = Agenda.NEVER;

    Client(Population population, SourceGroup source, SplittableRandom random) {
        this.population = population;
        this.source = source;
        this.random = random;
        this.line = random.nextDouble();
    }

    Population population() {
        return population;
    }

    SourceGroup source() {
        return source;
    }

    Verdict verdict() {
        return population.exempt() ? EXEMPT : ELIGIBLE;
    }

    boolean honest() {
        return population.behaviour().honest();
    }

    @Nullable
    SimulatedConnection connection() {
        return connection;
    }

    void connected(SimulatedConnection made) {
        connection = made;
        stage = 0;
        left = 0;
        until = 0;
    }

    void disconnected() {
        connection = null;
    }

    /** How good its line is among those of its kind: 0 to 1, and always the same. */
    double line() {
        return line;
    }

    SplittableRandom random() {
        return random;
    }

    /** Evenly from {@code least} to {@code most}. */
    long between(long least, long most) {
        return least + random.nextLong(most - least + 1);
    }

    /** Evenly from {@code least} to {@code most}. */
    double between(double least, double most) {
        return least + random.nextDouble() * (most - least);
    }

    /** How long until something that happens by chance every {@code mean} milliseconds; 1 at least. */
    long gap(double mean) {
        return Math.max(1, Math.round(-mean * Math.log(1 - random.nextDouble())));
    }
}
