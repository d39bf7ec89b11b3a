package dev.spillway.control;

import dev.spillway.pressure.Cadence;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;
import dev.spillway.pressure.Promises;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.prune.Guilt;
import dev.spillway.signal.SignalSource;
import dev.spillway.syn.SynOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One turn of the loop after the other: reads, evaluates, moves the gate, has victims closed, and says what happened. Owned
 * by the controller's thread; {@link #view} may be asked by any.
 *
 * <p>In a dry run all of it happens but for what touches a connection: the gate stays open, nobody is closed or held back.
 * Whether it is one is asked anew in every turn.
 */
final class Turn {
    /** Signals seldom come and go. */
    private static final long UNAVAILABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Controller.Surroundings around;
    private final Consumer<ControlEvent> tell;
    private final EpisodeController episodes;
    private final Promises promises = new Promises();
    private final Cadence cadence;
    private final KillLog kills = new KillLog();
    private final Pruning pruning;
    private final ExemptWatch exempt;
    private final Restraining restraining;
    private final Foresight foresight;
    private final OffenderWatch offenders;
    private Map<Signal, String> unavailable = Map.of();
    private int shown;
    private long unavailableAt = System.nanoTime() - UNAVAILABLE_NANOS;
    private long pauseNanos;
    private long activity;
    private volatile PressureView view;
    private boolean dryRun;
    private long epochs;
    private Toll counted;
    private long victimsBefore;
    private long freedBefore;
    private long refusedBefore;
    private long toldEpisode;
    private long toldDryEpisode;
    private boolean gateOpen;
    private boolean gateTold;

    /** @param tell takes what there is to tell; throws nothing */
    Turn(Course course, Controller.Surroundings around, Consumer<ControlEvent> tell) {
        this.around = around;
        this.tell = tell;
        this.episodes = new EpisodeController(course.pressure());
        this.cadence = new Cadence(course.pressure(), around.relays().loops());
        this.pruning = new Pruning(around.relays(), promises, kills);
        this.restraining = new Restraining(around.relays(), tell);
        this.foresight = new Foresight(new Forecaster(around.relays()));
        this.offenders = new OffenderWatch(around.offenders());
        this.counted = pruning.toll();
        this.exempt = new ExemptWatch(around.relays());
        this.dryRun = around.dryRun().getAsBoolean();
        this.unavailable = around.sources().unavailable();
        this.view = view(Optional.empty(), Rates.NONE);
    }

    /** Goes by other settings from the next turn on; an episode that runs goes on. */
    void follow(Course before, Course next) {
        for (Signal signal : next.pressure().watermarks().keySet()) {
            if (!before.pressure().watermarks().containsKey(signal)) {
                promises.forget(signal);
            }
        }
        episodes.follow(next.pressure());
        cadence.follow(next.pressure());
        unavailableAt -= UNAVAILABLE_NANOS;
    }

    void take(long now, Course course) throws InterruptedException {
        rehearse();
        activity = around.relays().activity();
        List<Reading> readings = readings(now);
        if (readings.isEmpty()) {
            endUnread(now);
            pace(now, readings);
            return;
        }
        count();
        Step step = episodes.advance(now, readings);
        SynOrder order = order(now, step);
        try {
            moveGate(order);
        } finally {
            // A gate that can't be moved is no reason to close nobody.
            actOn(now, step, order, readings, course);
        }
    }

    private void actOn(long now, Step step, SynOrder order, List<Reading> readings, Course course)
            throws InterruptedException {
        tell(step.events());
        boolean refuses = !dryRun && (!order.open() || gateTold && episodes.episode() > 0);
        tellOfGate(
                refuses, () -> dryRun ? "a dry run begins" : step.evaluation().describe());
        if (episodes.episode() == 0) {
            pruning.dryRun().clear();
            foresight.take(now, step.evaluation(), course.pressure(), course.prune());
        } else if (step.epochBegan()) {
            prune(step, course);
        } else {
            settle(step.evaluation());
        }
        pace(now, readings);
        restraining.take(now, step.evaluation(), course.pressure(), cadence.soon(), dryRun);
        exempt.look(now, course.pressure().exemptBudget()).ifPresent(tell);
        show(now, readings.size(), Optional.of(step.evaluation()), step.rates());
    }

    private void pace(long now, List<Reading> readings) {
        long soon = cadence.read(now, readings, activity, waiting(), episodes.episode() > 0);
        pauseNanos = Math.min(soon, episodes.untilEpoch(now));
    }

    /** Whether some peer does not take what is there for it, so that the other may push what is not read. */
    private boolean waiting() {
        return around.relays().budget().held() > 0 || around.relays().heldBack() > 0;
    }

    /** In how many nanoseconds after its beginning the next turn is due. */
    long pauseNanos() {
        return pauseNanos;
    }

    /** Whether nothing moves or waits, so that the loop has to be woken. */
    boolean rests() {
        return cadence.pace() == Cadence.Pace.RESTING;
    }

    /** Whether something has moved since the last turn began. */
    boolean stirred() {
        return around.relays().activity() != activity || waiting();
    }

    /** A dry run that is over has promised nothing: what it recorded is still there. */
    private void rehearse() {
        boolean now = around.dryRun().getAsBoolean();
        if (dryRun && !now) {
            pruning.dryRun().clear();
        }
        dryRun = now;
    }

    private List<Reading> readings(long now) {
        List<Reading> readings = new ArrayList<>();
        for (Reading reading : around.sources().read()) {
            SignalSource source = around.sources().of(reading.signal());
            readings.add(pruning.dryRun().apply(promises.apply(reading, source.foundOutAt(), now)));
        }
        return readings;
    }

    /** Nothing that is watched can be read here: without a look at it nobody may be kept out. */
    private void endUnread(long now) {
        count();
        Optional<PressureEvent> ended = episodes.abandon(now);
        moveGate(SynOrder.NONE);
        ended.ifPresent(event -> tell(List.of(event)));
        exempt.look(now, exempt.cost().budget()).ifPresent(tell);
        pruning.dryRun().clear();
        restraining.release("nothing that is watched can be read");
        tellOfGate(false, () -> "nothing that is watched can be read");
        show(now, 0, Optional.empty(), Rates.NONE);
    }

    /** The reasons are asked for now and then, and at once when a signal has come or gone. */
    private void show(long now, int signals, Optional<Evaluation> evaluation, Rates rates) {
        if (now - unavailableAt >= UNAVAILABLE_NANOS || signals != shown) {
            unavailableAt = now;
            shown = signals;
            unavailable = around.sources().unavailable();
        }
        view = view(evaluation, rates);
    }

    /** Offenders are kept out for as long as an episode runs, whatever the rate of the others. */
    private SynOrder order(long now, Step step) {
        if (dryRun || episodes.episode() == 0) {
            offenders.forget();
            return SynOrder.NONE;
        }
        return new SynOrder(step.rates().synDrop(), offenders.look(now));
    }

    /** Asks every listener, so only where there is something to say; one that failed is asked again with the next turn. */
    private void moveGate(SynOrder order) {
        if (!order.open() || !gateOpen) {
            gateOpen = false;
            around.gate().apply(order);
            gateOpen = order.open();
        }
    }

    private void count() {
        Toll toll = pruning.toll();
        if (toll != counted) {
            counted = toll;
            victimsBefore = 0;
            freedBefore = 0;
        }
        long refused = around.refusals().getAsLong();
        long victims = toll.victims();
        long freed = toll.bytes();
        episodes.count(victims - victimsBefore, freed - freedBefore, refused - refusedBefore);
        victimsBefore = victims;
        freedBefore = freed;
        refusedBefore = refused;
    }

    private void prune(Step step, Course course) throws InterruptedException {
        long episode = episodes.episode();
        Pruning.Outcome outcome =
                pruning.prune(step.demands(), course, new Pruning.Moment(episode, episodes.epoch(), dryRun));
        boolean told = (dryRun ? toldDryEpisode : toldEpisode) == episode;
        if (outcome.victims() > 0 && !told) {
            if (dryRun) {
                toldDryEpisode = episode;
            } else {
                toldEpisode = episode;
            }
            tell.accept(new ControlEvent.ConnectionsTerminated(
                    episode, outcome.victims(), outcome.bytes(), step.evaluation(), dryRun));
        }
        if (step.demands().isEmpty()) {
            settle(step.evaluation());
        }
    }

    /** Has what was given back come to light, where that takes asking. */
    private void settle(Evaluation evaluation) {
        Signal worst = evaluation.worst().signal();
        if (promises.unseen(worst)) {
            around.sources().of(worst).settle();
        }
    }

    /** Once when it shuts and once when the episode is over: in between the rate may come and go with each epoch. */
    private void tellOfGate(boolean refuses, Supplier<String> reason) {
        if (refuses != gateTold) {
            gateTold = refuses;
            tell.accept(new ControlEvent.Gate(refuses, reason.get()));
        }
    }

    private void tell(List<PressureEvent> happened) {
        for (PressureEvent event : happened) {
            if (event instanceof PressureEvent.EpochStarted) {
                epochs++;
            }
            tell.accept(new ControlEvent.Pressure(event));
        }
    }

    private PressureView view(Optional<Evaluation> evaluation, Rates rates) {
        return new PressureView(
                evaluation,
                unavailable,
                rates,
                episodes.episode(),
                episodes.epoch(),
                episodes.episodes(),
                epochs,
                pruning.closed(),
                pruning.freedBytes(),
                dryRun,
                pruning.wouldClose(),
                around.relays().heldBack(),
                exempt.cost());
    }

    /** Takes back what would outlast the loop: timeouts and reads are as ever when it is gone. */
    void end() {
        restraining.release("the loop ends");
    }

    PressureView view() {
        return view;
    }

    Map<Guilt, Long> closedByGuilt() {
        return pruning.closedByGuilt();
    }

    KillLog kills() {
        return kills;
    }
}
