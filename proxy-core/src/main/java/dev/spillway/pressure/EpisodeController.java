package dev.spillway.pressure;

import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.PressureEvent.EpochStarted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The control loop of S24: evaluation, episode, epochs, two rates. This is the one place where its terms and formulas are.
 *
 * <p><b>Level, position, owed.</b> The <em>level</em> of a signal is used ÷ limit. Its <em>position</em> is (level − low) ÷
 * (high − low): 0 at the low mark, 1 at the high one. What is <em>owed</em> is what is in use less what was promised back
 * already ({@link Promises}): what is freed and can't be seen yet is not paid for again. The <em>evaluation</em> is the
 * signal with the highest position, and all the others beside it; it is the reason that goes with every decision.
 *
 * <p><b>Episode.</b> It starts when any signal's level reaches its high mark, or its re-entry mark within the grace time
 * (default 10 s) after the last episode. It ends when every signal is below its low mark. What lies between the marks is
 * hysteresis: nothing starts there and nothing ends there. So after an episode the level has to rise by (re-entry − low) at
 * least before the next one, and there are at most 1 + growth ÷ ((re-entry − low) × limit) of them, whatever the rates do:
 * what is given back can't make the loop oscillate, only what comes anew can.
 *
 * <p><b>Epoch.</b> An episode is cut into epochs of a fixed length (default 50 ms). Only the start of an epoch moves the
 * rates and asks for victims; in between, what was asked for takes effect. One exception: when a signal at its high mark or
 * above owes {@value #SURGE} of the distance between its marks more than when the epoch began, that is new, and the next epoch
 * begins early; but not before a {@value #EARLIEST}th of an epoch has passed.
 *
 * <p><b>Target.</b> The low mark less a margin of {@value #MARGIN} × (high − low), so that the end is reached and not only
 * approached. The <em>excess</em> is what is owed above the target.
 *
 * <p><b>KillRate</b> is the share of the excess that this epoch is to free. It starts at {@value #FIRST_KILL_RATE}. If an
 * epoch did not bring what is owed of the worst signal down by {@value #HELP} × (high − low), the rate doubles, up to 1; if it
 * did, the rate stays, which closes the distance geometrically: from the high mark to the end in four epochs.
 *
 * <p><b>Demand and reach.</b> For each signal that owes its low mark or more, the one that owes most between its marks first:
 *
 * <pre>  amount     = max(min(excess, KillRate × excess + inflow), fromAnyone)
 *  fromAnyone = owed − (high − MARGIN × (high − low)) if owed ≥ high, else 0</pre>
 *
 * <p>The <em>inflow</em> is what came in since the closes of the last epoch, as the readings within it show it ({@link Inflow}):
 * peers that were kept waiting take the room that others give back, and a share of the excess alone would run after them.
 *
 * <p>All of the amount is asked of connections that stand still, and of nobody else below the high mark. Those that make
 * progress are asked only for what the others can't give of {@code fromAnyone}. So one epoch brings a signal below its high
 * mark if eligible connections hold enough, however far above it was; and nobody who makes progress is closed for a margin.
 * With what a plan may close in an epoch (default 1000), that is well within
 * 500 ms.
 *
 * <p><b>SynDropRate</b> starts at 0: newcomers, who may be honest, do not pay while closing the guilty is enough. Each
 * epoch at or above the high mark that did not help adds {@value #SYN_DROP_STEP}; each epoch below the high mark halves
 * it, and what falls under {@value #SYN_DROP_FLOOR} is 0. An epoch that begins early leaves it as it is, since the time in
 * which the last one could have helped is not over.
 *
 * <p>Not thread-safe: owned by one caller, which passes time in. Times are nanoseconds of any origin that may
 * wrap around, as {@code System.nanoTime()} does.
 */
public final class EpisodeController {
    static final double FIRST_KILL_RATE = 0.5;
    static final double MARGIN = 0.1;
    static final double HELP = 0.02;
    static final double SURGE = 0.5;
    static final int EARLIEST = 5;
    static final double SYN_DROP_STEP = 0.2;
    static final double SYN_DROP_FLOOR = 0.05;

    private PressureSettings settings;
    private long episodes;
    private Rates rates = Rates.NONE;
    private Course course = new Calm(0, false);
    private long closed;
    private long freedBytes;
    private long refused;
    private final Inflow inflow = new Inflow();

    /** A controller in calm, with no episode behind it. */
    public EpisodeController(PressureSettings settings) {
        this.settings = settings;
    }

    /**
     * Goes by other settings from the next {@link #advance} on. A running episode goes on, in the epoch it is in, and ends
     * or not by the new marks; the grace of the last one is as long as they say.
     */
    public void follow(PressureSettings next) {
        settings = next;
    }

    private sealed interface Course {}

    private record Calm(long since, boolean afterEpisode) implements Course {}

    private record Running(long started, long epoch, long epochStarted, List<Reading> atEpochStart, Evaluation peak)
            implements Course {
        Running peaking(Evaluation higher) {
            return higher == peak ? this : new Running(started, epoch, epochStarted, atEpochStart, higher);
        }
    }

    /**
     * Takes what was read at {@code now} and says what is to be done. Call it at least once an interval, and at once
     * when a mark is crossed.
     *
     * @throws IllegalArgumentException if {@code readings} has none of the watched signals
     */
    public Step advance(long now, List<Reading> readings) {
        Evaluation evaluation = Evaluation.of(readings, settings.watermarks());
        List<PressureEvent> events = new ArrayList<>(2);
        List<Demand> demands = List.of();
        if (course instanceof Calm calm && starts(calm, now, evaluation)) {
            boolean reentry = evaluation.worst().level() < evaluation.marks().high();
            episodes++;
            closed = 0;
            freedBytes = 0;
            refused = 0;
            events.add(new EpisodeStarted(episodes, evaluation, reentry));
            demands = beginEpoch(now, 1, now, evaluation, evaluation, new Rates(0, FIRST_KILL_RATE), events);
        } else if (course instanceof Running running) {
            Evaluation peak = evaluation.position() > running.peak.position() ? evaluation : running.peak;
            if (evaluation.position() < 0) {
                end(now, running, peak, evaluation, events);
            } else {
                boolean over = now - running.epochStarted >= settings.epoch().toNanos();
                if (over || surges(running, now, evaluation)) {
                    Rates next = nextRates(running, evaluation, over);
                    demands = beginEpoch(now, running.epoch + 1, running.started, peak, evaluation, next, events);
                } else {
                    readings.forEach(inflow::look);
                    course = running.peaking(peak);
                }
            }
        }
        return new Step(evaluation, rates, demands, List.copyOf(events));
    }

    /**
     * Ends a running episode of which nothing can be read any more, because every signal that could be was switched off:
     * without it the rates would stay as they are for good.
     *
     * @return what there is to tell, with the highest evaluation of the episode for the last; empty in calm
     */
    public Optional<PressureEvent> abandon(long now) {
        List<PressureEvent> events = new ArrayList<>(1);
        if (course instanceof Running running) {
            end(now, running, running.peak, running.peak, events);
        }
        return events.stream().findFirst();
    }

    /**
     * Counts, for the summary of the running episode, what was done since the last time; in calm, for none. A count of closes
     * is below 0 where some that were asked for turned out to have ended by themselves.
     */
    public void count(long connectionsClosed, long bytesFreed, long connectionsRefused) {
        closed += connectionsClosed;
        freedBytes += bytesFreed;
        refused += connectionsRefused;
    }

    /** The number of the episode that is running, from 1, or 0 in calm. */
    public long episode() {
        return course instanceof Running ? episodes : 0;
    }

    /** The number of the epoch that is running, from 1, or 0 in calm. */
    public long epoch() {
        return course instanceof Running running ? running.epoch : 0;
    }

    /** How long the running epoch lasts from {@code now} on at the most; the largest long in calm. */
    public long untilEpoch(long now) {
        return course instanceof Running running
                ? Math.max(0, settings.epoch().toNanos() - (now - running.epochStarted))
                : Long.MAX_VALUE;
    }

    /** How many episodes there have been, the running one included. */
    public long episodes() {
        return episodes;
    }

    private boolean starts(Calm calm, long now, Evaluation evaluation) {
        boolean inGrace =
                calm.afterEpisode && now - calm.since < settings.grace().toNanos();
        // The re-entry mark of a signal that is not the worst can be reached first, so each is asked for itself.
        return evaluation.readings().stream().anyMatch(reading -> {
            Watermarks marks = settings.watermarks().get(reading.signal());
            return marks != null && reading.level() >= (inGrace ? marks.reentry() : marks.high());
        });
    }

    private List<Demand> beginEpoch(
            long now,
            long number,
            long episodeStarted,
            Evaluation peak,
            Evaluation evaluation,
            Rates next,
            List<PressureEvent> events) {
        events.add(new EpochStarted(episodes, number, rates, next, evaluation));
        rates = next;
        course = new Running(episodeStarted, number, now, evaluation.readings(), peak);
        List<Demand> demands = demands(evaluation);
        inflow.begin();
        return demands;
    }

    /** One demand for each signal that owes, the one that owes most between its marks first. */
    private List<Demand> demands(Evaluation evaluation) {
        return evaluation.readings().stream()
                .filter(reading -> settings.watermarks().containsKey(reading.signal()))
                .map(reading -> Evaluation.of(List.of(reading), settings.watermarks()))
                .sorted(Comparator.comparingDouble(Evaluation::positionOwed).reversed())
                .flatMap(owing -> demand(owing.worst(), owing.marks(), rates.kill(), inflow.of(owing.worst())).stream())
                .toList();
    }

    /**
     * What would be asked for in all the epochs of an episode together, were nothing else to change: everything down to the
     * target. Empty below the high mark, where no episode starts.
     */
    public static Optional<Demand> wholeDemand(Reading reading, Watermarks marks) {
        return reading.level() < marks.high() ? Optional.empty() : demand(reading, marks, 1, 0);
    }

    private static Optional<Demand> demand(Reading reading, Watermarks marks, double killRate, long inflow) {
        double owed = reading.levelOwed();
        double margin = MARGIN * (marks.high() - marks.low());
        long above = owed < marks.high() ? 0 : units(owed - (marks.high() - margin), reading);
        double excess = owed - (marks.low() - margin);
        long amount = Math.max(above, Math.min(units(excess, reading), units(excess * killRate, reading) + inflow));
        return owed < marks.low() || amount <= 0
                ? Optional.empty()
                : Optional.of(new Demand(reading.signal(), amount, above));
    }

    private static long units(double share, Reading reading) {
        return (long) Math.ceil(share * reading.limit());
    }

    /** Whether something owes so much more than when the epoch began that its end is not to be waited for. */
    private boolean surges(Running running, long now, Evaluation evaluation) {
        if (now - running.epochStarted < settings.epoch().toNanos() / EARLIEST) {
            return false;
        }
        Evaluation owing = evaluation.owing(settings.watermarks());
        return owing.positionOwed() >= 1
                && running.atEpochStart.stream()
                        .filter(reading -> reading.signal() == owing.worst().signal())
                        .anyMatch(
                                reading -> owing.positionOwed() - owing.marks().position(reading.levelOwed()) >= SURGE);
    }

    /** @param over whether the epoch has had its full time to help */
    private Rates nextRates(Running running, Evaluation evaluation, boolean over) {
        Evaluation owing = evaluation.owing(settings.watermarks());
        boolean high = owing.positionOwed() >= 1;
        boolean helped = helped(running.atEpochStart, owing);
        double kill = helped ? rates.kill() : Math.min(1, rates.kill() * 2);
        double synDrop = rates.synDrop();
        if (!high) {
            synDrop = synDrop / 2 < SYN_DROP_FLOOR ? 0 : synDrop / 2;
        } else if (!helped && over) {
            synDrop = Math.min(1, synDrop + SYN_DROP_STEP);
        }
        return new Rates(synDrop, kill);
    }

    /** Whether the signal that owes most now, whichever it was before, has come down since the epoch began. */
    private static boolean helped(List<Reading> before, Evaluation now) {
        double step = HELP * (now.marks().high() - now.marks().low());
        return before.stream()
                .filter(reading -> reading.signal() == now.worst().signal())
                .anyMatch(reading -> reading.levelOwed() - now.worst().levelOwed() >= step);
    }

    private void end(long now, Running running, Evaluation peak, Evaluation evaluation, List<PressureEvent> events) {
        events.add(new EpisodeEnded(
                episodes, now - running.started, running.epoch, peak, evaluation, closed, freedBytes, refused));
        rates = Rates.NONE;
        inflow.begin();
        course = new Calm(now, true);
    }
}
