package dev.spillway.bench.sim;

import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import java.util.ArrayList;
import java.util.List;

/** The course of one run over a part of its time, for a plot: a point every {@value #STEP} ms. */
final class Trace implements Simulation.Witness {
    static final int STEP = 20;

    private final long from;
    private final long to;
    private final List<Point> points = new ArrayList<>();
    private long hostileBefore;
    private long honestBefore;

    /**
     * One moment.
     *
     * @param at milliseconds from the start of the run
     * @param ledger level of the ledger, 0 to 1
     * @param kernel level of kernel TCP memory
     * @param rates in force
     * @param hostile hostile connections closed since the point before
     * @param honest honest ones
     */
    record Point(long at, double ledger, double kernel, Rates rates, long hostile, long honest) {}

    Trace(long from, long to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public void look(long now, World world, Engine engine, Watch watch) {
        if (now < from || now >= to || now % STEP != 0) {
            return;
        }
        Memory memory = world.memory();
        long honest = watch.falseKills();
        long hostile = watch.kills() - honest;
        points.add(new Point(
                now,
                (double) memory.held() / memory.limits().ledgerBytes(),
                (double) memory.kernel() / memory.limits().kernelBytes(),
                engine.rates(),
                hostile - hostileBefore,
                honest - honestBefore));
        hostileBefore = hostile;
        honestBefore = honest;
    }

    List<Point> points() {
        return points;
    }

    /** The marks of both levels. */
    static Watermarks marks() {
        return Limits.NONE.marks(Signal.LEDGER);
    }
}
