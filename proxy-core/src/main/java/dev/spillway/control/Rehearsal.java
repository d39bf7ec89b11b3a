package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.connection.WindowState;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.Promises;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.EpochPlan;
import dev.spillway.relay.Relays;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Plays episodes with connections that don't exist, before the first turn. A JVM loads a class when it is first used and
 * interprets what has run seldom; the first victim of a process paid for both while memory was running out (decision 40 has the
 * figures). Nothing outside is touched, and nothing is kept: controller, promises and plans are its own.
 */
final class Rehearsal {
    /** Enough for the compiler's first tier to have had all of it. */
    private static final int EPISODES = 3;

    private static final int CONNECTIONS = 1000;
    private static final long LIMIT = 1_000_000;
    private static final Verdict ELIGIBLE = new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 0);

    private final Course course;
    private final Relays relays;

    Rehearsal(Course course, Relays relays) {
        this.course = course;
        this.relays = relays;
    }

    /**
     * Takes a tenth of a second of a processor, on the thread of the loop.
     *
     * @return how many that don't exist were closed
     */
    int run() {
        List<ConnectionFacts> cast = cast();
        KillLog kills = new KillLog(line -> {});
        int closed = 0;
        for (int i = 0; i < EPISODES; i++) {
            for (Map.Entry<Signal, Watermarks> watched :
                    course.pressure().watermarks().entrySet()) {
                closed += episode(watched.getKey(), watched.getValue(), cast, kills);
            }
        }
        return closed;
    }

    private int episode(Signal signal, Watermarks marks, List<ConnectionFacts> cast, KillLog kills) {
        EpisodeController controller = new EpisodeController(course.pressure());
        Promises promises = new Promises();
        long high = (long) Math.ceil((1 + marks.high()) / 2 * LIMIT);
        Step step = controller.advance(0, List.of(promises.apply(new Reading(signal, high, LIMIT), 0, 0)));
        EpochPlan plan = EpochPlan.of(
                step.demands(), cast, course.pruner(), course.prune().maxPerEpoch());
        plan.victims().forEach(victim -> promises.made(victim.connection(), 0));
        // No connection has this number, so that each answers at once.
        relays.prune(List.of(-1L), (id, byUs) -> promises.kept(id, 0));
        kills.add(Pruning.records(plan, new Pruning.Moment(controller.episode(), controller.epoch(), false)), 0);
        controller.advance(course.pressure().epoch().toNanos(), List.of(new Reading(signal, high, LIMIT)));
        controller.advance(2 * course.pressure().epoch().toNanos(), List.of(new Reading(signal, 0, LIMIT)));
        return plan.victims().size();
    }

    /** Some that stand still, some that are slow and some that say nothing, from few sources and many. */
    private static List<ConnectionFacts> cast() {
        List<ConnectionFacts> cast = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            long length = TimeUnit.MILLISECONDS.toNanos(i * 10L);
            Progress progress = new Progress(length, 2 * length, i % 2 == 0 ? 1000 : 0, i, WindowState.OPEN);
            cast.add(new ConnectionFacts(
                    i,
                    "",
                    source(i % 4 == 0 ? 0 : i),
                    ELIGIBLE,
                    Phase.RELAYING,
                    2 * length,
                    length,
                    progress,
                    new Cost(1000, i, i),
                    i % 8,
                    i % 8));
        }
        return cast;
    }

    private static SourceGroup source(int number) {
        try {
            return SourceGroup.of(
                    InetAddress.getByAddress(new byte[] {127, 0, (byte) (number >> 8), (byte) number}), 32, 128);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of four bytes", impossible);
        }
    }
}
