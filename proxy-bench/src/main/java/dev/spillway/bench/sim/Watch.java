package dev.spillway.bench.sim;

import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import java.util.List;

/** Measures a run from outside, by what really is, not by what the engine has read. */
final class Watch {
    /** After a recovery the closes that were under way have had their effect. */
    private static final long SETTLED = 10;

    /** As {@code EpisodeController} has it: so far below the low mark lies the target, as a share of the distance between the marks. */
    private static final double MARGIN = 0.1;

    private final World world;
    private final List<Gauge> gauges;
    private long crossings;
    private long reaction = -1;
    private long aboveSince = -1;
    private long aboveLongest;
    private long aboveTotal;
    private long crossedAt = -1;
    private boolean answered;
    private long recovery = -1;
    private boolean recovered = true;
    private long settleAt = -1;
    private Gauge worst;
    private double peak;
    private long exposed;
    private long falseKills;
    private long kills;
    private long overshot;
    private int connections;

    /** One resource: what is in use, of how much, and between which marks. */
    private record Gauge(Use use, long limit, int weight, Watermarks marks) {
        double level() {
            return (double) use.now() / limit;
        }
    }

    private interface Use {
        long now();
    }

    Watch(World world) {
        this.world = world;
        Memory memory = world.memory();
        Limits limits = memory.limits();
        gauges = List.of(
                new Gauge(memory::held, limits.ledgerBytes(), 1, limits.marks(Signal.LEDGER)),
                new Gauge(memory::kernel, limits.kernelBytes(), 1, limits.marks(Signal.KERNEL_TCP)),
                new Gauge(memory::heap, limits.heapBytes(), 1, limits.marks(Signal.HEAP)),
                new Gauge(memory::connections, limits.connections(), Memory.FIXED, limits.marks(Signal.CONNECTIONS)));
        worst = gauges.get(0);
    }

    /** At the end of the millisecond {@code now}. */
    void look(long now) {
        connections = Math.max(connections, world.memory().connections());
        double position = Double.NEGATIVE_INFINITY;
        Gauge highest = gauges.get(0);
        for (Gauge gauge : gauges) {
            double each = gauge.marks.position(gauge.level());
            if (each > position) {
                position = each;
                highest = gauge;
            }
        }
        above(position >= 1, now);
        if (position >= 1 && crossedAt < 0) {
            crossed(now);
        }
        if (crossedAt >= 0 && position > peak) {
            peak = position;
            worst = highest;
        }
        if (crossedAt >= 0 && position < 0) {
            recovery = Math.max(recovery, now - crossedAt);
            crossedAt = -1;
            settleAt = now + SETTLED;
        }
        if (now == settleAt && crossedAt < 0) {
            double target = worst.marks.low() - MARGIN * (worst.marks.high() - worst.marks.low());
            long below = (long) (target * worst.limit) - worst.use.now();
            overshot = Math.max(overshot, below * worst.weight);
        }
    }

    private void above(boolean is, long now) {
        if (is) {
            aboveSince = aboveSince < 0 ? now : aboveSince;
            aboveTotal++;
            aboveLongest = Math.max(aboveLongest, now - aboveSince + 1);
        } else {
            aboveSince = -1;
        }
    }

    private void crossed(long now) {
        crossings++;
        crossedAt = now;
        answered = false;
        peak = 0;
        world.live().forEach(this::expose);
    }

    private void expose(SimulatedConnection connection) {
        if (connection.client().honest() && connection.expose()) {
            exposed++;
        }
    }

    void accepted(SimulatedConnection connection) {
        if (crossedAt >= 0) {
            expose(connection);
        }
    }

    void pruned(SimulatedConnection connection, boolean wasOpen, long now) {
        if (!wasOpen) {
            return;
        }
        kills++;
        if (connection.client().honest()) {
            falseKills++;
            expose(connection);
        }
        if (crossedAt >= 0 && !answered) {
            answered = true;
            reaction = Math.max(reaction, now - crossedAt);
        }
    }

    long kills() {
        return kills;
    }

    long falseKills() {
        return falseKills;
    }

    /** What was measured up to the end of the run. */
    Outcome outcome(long end, long honestBytes) {
        if (crossedAt >= 0) {
            recovery = Math.max(recovery, end - crossedAt);
            recovered = false;
        }
        return new Outcome(
                crossings,
                reaction,
                aboveLongest,
                aboveTotal,
                recovery,
                recovered,
                honestBytes,
                exposed,
                falseKills,
                kills,
                overshot,
                connections);
    }
}
