package dev.spillway.server.demo;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Evaluation;
import dev.spillway.server.demo.AttackSummary.ListenerOutcome;
import dev.spillway.server.demo.HonestCrowd.Group;
import dev.spillway.server.demo.HonestCrowd.Habit;
import dev.spillway.server.demo.Moment.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Three acts in front of a running proxy: calm, attack, after. Honest clients work on every listener all the time; the
 * hostile crowd attacks one of them in the second act. Prints a line a second and ends by itself. Confined to the thread
 * that calls {@link #run}.
 */
final class AttackShow {
    /** Runs before anything is measured, so that a cold JVM is not mistaken for the calm. */
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration AFTER = Duration.ofSeconds(4);
    /** Longest that the last act waits for pressure to pass. */
    private static final Duration LONGEST_AFTER = Duration.ofSeconds(10);

    private static final Duration LINE = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final int KEPT_CLIENTS = 4;
    private static final Duration KEPT_PACE = Duration.ofMillis(40);
    private static final int FRESH_CLIENTS = 2;
    private static final Duration FRESH_PACE = Duration.ofMillis(80);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final HostileCrowd.Counts NOBODY = new HostileCrowd.Counts(0, 0, 0, 0, 0, 0, 0, 0);

    private final ProxyView proxy;
    private final List<ListenerView> listeners;
    private final HostileCrowd.Plan plan;
    private final LoopbackSources sources;
    private final Supplier<List<String>> notes;
    private final PrintStream out;
    private final LiveTable table;

    private long began;
    private int rows;
    private @Nullable Moment lastRow;
    private @Nullable Evaluation peak;
    private @Nullable Duration recovered;

    /**
     * @param plan whom the crowd attacks, and how; its duration is that of the second act
     * @param notes what there is to tell since it was last asked, a line each
     */
    AttackShow(
            ProxyView proxy,
            HostileCrowd.Plan plan,
            LoopbackSources sources,
            Supplier<List<String>> notes,
            Palette palette,
            PrintStream out) {
        this.proxy = proxy;
        this.listeners = proxy.listeners();
        this.plan = plan;
        this.sources = sources;
        this.notes = notes;
        this.out = out;
        this.table = new LiveTable(
                palette, listeners.stream().map(ListenerView::name).toList());
    }

    /**
     * Plays the three acts; once.
     *
     * @throws IOException if the system has no selector left for a crowd
     */
    AttackSummary run() throws IOException, InterruptedException {
        began = System.nanoTime();
        try (HonestCrowd honest = HonestCrowd.start(groups(), sources)) {
            lastRow = moment(Phase.CALM, honest, NOBODY);
            play(Phase.CALM, WARM_UP, honest, () -> NOBODY);
            Moment calm = moment(Phase.CALM, honest, NOBODY);
            play(Phase.CALM, CALM, honest, () -> NOBODY);
            Moment attack = moment(Phase.ATTACK, honest, NOBODY);
            HostileCrowd.Counts fared;
            Moment over;
            long ended;
            try (HostileCrowd hostile = HostileCrowd.start(plan, sources)) {
                play(Phase.ATTACK, plan.duration(), honest, hostile::counts);
                over = moment(Phase.ATTACK, honest, hostile.counts());
                fared = hostile.counts();
                ended = System.nanoTime();
            }
            playAfter(honest, ended);
            return summary(calm, attack, over, fared, moment(Phase.AFTER, honest, NOBODY));
        }
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        for (ListenerView listener : listeners) {
            groups.add(new Group(
                    name(listener, Habit.KEPT), listener.bound(), Habit.KEPT, KEPT_CLIENTS, KEPT_PACE, PATIENCE));
            groups.add(new Group(
                    name(listener, Habit.FRESH), listener.bound(), Habit.FRESH, FRESH_CLIENTS, FRESH_PACE, PATIENCE));
        }
        return groups;
    }

    private static String name(ListenerView listener, Habit habit) {
        return listener.name() + "-" + habit;
    }

    private void play(Phase phase, Duration length, HonestCrowd honest, Supplier<HostileCrowd.Counts> hostile)
            throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - end < 0) {
            look(phase, honest, hostile);
        }
    }

    private void playAfter(HonestCrowd honest, long attackEnded) throws InterruptedException {
        long now = System.nanoTime();
        while (now - attackEnded < (recovered == null ? LONGEST_AFTER : AFTER).toNanos()) {
            look(Phase.AFTER, honest, () -> NOBODY);
            now = System.nanoTime();
            if (recovered == null && proxy.pressure().evaluation().stream().allMatch(e -> e.position() < 0)) {
                recovered = Duration.ofNanos(now - attackEnded);
            }
        }
    }

    private void look(Phase phase, HonestCrowd honest, Supplier<HostileCrowd.Counts> hostile)
            throws InterruptedException {
        Thread.sleep(LOOK.toMillis());
        Optional<Evaluation> evaluation = proxy.pressure().evaluation();
        if (phase == Phase.ATTACK
                && evaluation.isPresent()
                && (peak == null || evaluation.get().position() > peak.position())) {
            peak = evaluation.get();
        }
        Moment before = lastRow;
        if (before != null && System.nanoTime() - began >= LINE.toNanos() * (rows + 1)) {
            rows++;
            Moment now = moment(phase, honest, hostile.get());
            notes.get().forEach(out::println);
            out.println(table.row(before, now));
            out.flush();
            lastRow = now;
        }
    }

    private Moment moment(Phase phase, HonestCrowd honest, HostileCrowd.Counts hostile) {
        Map<String, Exchanges> exchanges = new LinkedHashMap<>();
        for (ListenerView listener : listeners) {
            exchanges.put(
                    listener.name(),
                    honest.exchanges(name(listener, Habit.KEPT)).plus(honest.exchanges(name(listener, Habit.FRESH))));
        }
        long refused = proxy.listeners().stream()
                .flatMap(listener -> listener.refused().values().stream())
                .mapToLong(Long::longValue)
                .sum();
        Duration at = Duration.ofNanos(System.nanoTime() - began);
        return new Moment(at, phase, proxy.pressure(), proxy.relays(), refused, hostile, exchanges);
    }

    private AttackSummary summary(Moment calm, Moment attack, Moment over, HostileCrowd.Counts hostile, Moment end) {
        List<ListenerOutcome> outcomes = new ArrayList<>();
        for (ListenerView listener : listeners) {
            Exchanges beforeAttack = attack.exchanges(listener.name());
            outcomes.add(new ListenerOutcome(
                    listener.name(),
                    listener.eligible(),
                    beforeAttack.minus(calm.exchanges(listener.name())),
                    over.exchanges(listener.name()).minus(beforeAttack)));
        }
        return new AttackSummary(
                outcomes,
                attack.at().minus(calm.at()),
                over.at().minus(attack.at()),
                hostile,
                plan,
                Optional.ofNullable(peak),
                end.pressure().closed() - calm.pressure().closed(),
                end.refused() - calm.refused(),
                Optional.ofNullable(recovered));
    }
}
