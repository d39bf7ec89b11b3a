package dev.spillway.bench.sim;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Promises;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The proxy's controller in a simulated world: the same decision core, the same cadence, and no more knowledge than the proxy
 * has. Of a connection it knows at any time what the relay sees (buffers, when a byte last moved); what the kernel holds and what
 * the peer has taken it knows as of the last sample, which come by a budget ({@link Sampler}).
 */
final class Engine {
    private static final long NANOS = 1_000_000;
    private static final long LEAST_TURN = 2;

    private final PressureSettings settings;
    private final EpisodeController controller;
    private final World world;
    private final Choice choice;
    private final Promises promises = new Promises();
    private final long ledgerMark;
    private boolean ledgerBelow = true;
    private long lastTurn;
    private long nextTurn;
    private Rates rates = Rates.NONE;

    Engine(World world, Choice choice) {
        this.world = world;
        Map<Signal, Watermarks> marks = world.memory().limits().watermarks();
        this.settings =
                PressureSettings.of(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(10), marks);
        this.controller = new EpisodeController(settings);
        this.choice = choice;
        this.ledgerMark = (long)
                Math.ceil(mark(Signal.LEDGER).high() * world.memory().limits().ledgerBytes());
    }

    private Watermarks mark(Signal signal) {
        return world.memory().limits().marks(signal);
    }

    /** After everything else of the millisecond {@code now}. */
    void step(long now) {
        world.sampler().step(now);
        boolean below = world.memory().held() < ledgerMark;
        if (ledgerBelow && !below) {
            nextTurn = Math.min(nextTurn, Math.max(now, lastTurn + LEAST_TURN));
        }
        ledgerBelow = below;
        if (now >= nextTurn) {
            turn(now);
        }
    }

    private void turn(long now) {
        List<Reading> readings = readings(now);
        Step step = controller.advance(now * NANOS, readings);
        rates = step.rates();
        world.synDrop(rates.synDrop());
        if (!step.demands().isEmpty()) {
            prune(step.demands(), now);
        } else if (controller.episode() > 0
                && step.evaluation().worst().signal() == Signal.HEAP
                && promises.unseen(Signal.HEAP)) {
            world.heap().confirm(now);
        }
        lastTurn = now;
        // Bytes always move in these worlds, so the proxy reads at its alert pace.
        nextTurn = now + settings.alertInterval().toMillis();
    }

    private List<Reading> readings(long now) {
        Memory memory = world.memory();
        Limits limits = memory.limits();
        long heapMark = (long) (mark(Signal.HEAP).high() * limits.heapBytes());
        long heap = world.heap().read(now, heapMark);
        return List.of(
                promised(new Reading(Signal.LEDGER, memory.held(), limits.ledgerBytes()), now, now),
                promised(new Reading(Signal.KERNEL_TCP, memory.kernel(), limits.kernelBytes()), now, now),
                promised(
                        new Reading(Signal.HEAP, heap, limits.heapBytes()),
                        world.heap().wholeAt(),
                        now),
                promised(new Reading(Signal.CONNECTIONS, memory.connections(), limits.connections()), now, now));
    }

    private Reading promised(Reading reading, long foundOutAt, long now) {
        return promises.apply(reading, foundOutAt * NANOS, now * NANOS);
    }

    private void prune(List<Demand> demands, long now) {
        world.sampler().beforeChoice(now);
        List<ConnectionFacts> facts = new ArrayList<>(world.live().size());
        for (SimulatedConnection connection : world.live()) {
            if (!connection.isClosing()) {
                facts.add(connection.facts(now));
            }
        }
        for (Victim victim : choice.choose(demands, facts)) {
            promises.made(victim.connection(), now * NANOS);
            world.prune(victim.connection().id(), now);
        }
    }

    /** A close has had its effect. */
    void closed(SimulatedConnection connection, long now) {
        promises.kept(connection.id(), now * NANOS);
    }

    Rates rates() {
        return rates;
    }

    boolean inEpisode() {
        return controller.episode() > 0;
    }

    long episodes() {
        return controller.episodes();
    }
}
