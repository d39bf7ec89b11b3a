package dev.spillway.bench.attack;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.load.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * One flood of connections that say nothing, on one fresh proxy whose descriptors are limited: warm-up, calm, ramp, flood.
 * Those that the proxy closes come back, so that the flood goes on at its rate.
 */
public final class SilentTrial {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final Duration LONGEST_START = Duration.ofSeconds(20);
    private static final long LOOK_MILLIS = 20;
    /** Longer than honest clients make up for what they missed, so that nothing counts twice. */
    private static final long SETTLING_MILLIS = 500;

    private static final int WARM_UP_PART = 5;
    /** Listeners, logs, timers, a JVM's files: what is left of the descriptors is two for each connection. */
    private static final int OWN_DESCRIPTORS = 200;

    private static final List<Service> SERVICES = List.of(Service.SMALL_NEW, Service.SMALL_OLD, Service.LONG_LIVED);

    private final Contender contender;
    private final Plan plan;

    /**
     * How large and how long.
     *
     * @param clients silent ones, each from an address of its own
     * @param perSecond connects a second
     * @param descriptors of the proxy
     * @param flood how long it is measured, after the time in which all could have connected
     */
    public record Plan(int clients, int perSecond, int descriptors, Duration flood) {
        /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
        public Plan {
            if (clients < 10 || clients > 18_000) {
                throw new IllegalArgumentException("--clients: " + clients + " (expected: 10 to 18000)");
            }
            if (perSecond < 10 || perSecond > 10_000) {
                throw new IllegalArgumentException("--rate: " + perSecond + " (expected: 10 to 10000)");
            }
            if (descriptors < 2 * OWN_DESCRIPTORS || descriptors > 20_000) {
                throw new IllegalArgumentException(
                        "--descriptors: " + descriptors + " (expected: " + 2 * OWN_DESCRIPTORS + " to 20000)");
            }
            if (flood.toSeconds() < 2 || flood.toSeconds() > 120) {
                throw new IllegalArgumentException("--seconds: " + flood.toSeconds() + " (expected: 2 to 120)");
            }
        }

        int capacity() {
            return (descriptors - OWN_DESCRIPTORS) / 2;
        }

        Duration ramp() {
            return Duration.ofMillis(1000L * clients / perSecond);
        }
    }

    /** What honest clients got in some time. */
    public record Phase(double seconds, Tally.Counts fresh, Tally.Counts old, Tally.Counts lives) {
        static Phase of(long nanos, HonestCrowd.Taken taken) {
            return new Phase(
                    nanos / 1e9,
                    taken.of(Service.SMALL_NEW),
                    taken.of(Service.SMALL_OLD),
                    taken.of(Service.LONG_LIVED));
        }

        /** Exchanges a second of all of them. */
        double goodput() {
            return (fresh.done() + old.done() + lives.done()) / seconds;
        }

        /** New connections that got through, 0..1. */
        double newShare() {
            return ConnFloodTrial.Outcome.served(fresh);
        }

        /** Established connections that were closed. */
        long closed() {
            return old.failed() + lives.failed();
        }
    }

    /**
     * What came of it.
     *
     * @param contender which proxy
     * @param calm before the flood
     * @param ramp while the silent ones come for the first time
     * @param flood from then on
     * @param crowd how the silent ones fared
     * @param residentBytes of the proxy at the end
     */
    public record Outcome(
            String contender, Phase calm, Phase ramp, Phase flood, AttackerCrowd.Counts crowd, long residentBytes) {
        /** New connections that got through from the first silent one on, 0..1. */
        public double newShare() {
            return ConnFloodTrial.Outcome.served(ramp.fresh().plus(flood.fresh()));
        }

        /** What is left of the undisturbed goodput while the flood lasts, 0..1. */
        public double keptGoodput() {
            return flood.goodput() / calm.goodput();
        }

        /** Established connections that were closed since the first silent one. */
        public long closed() {
            return ramp.closed() + flood.closed();
        }
    }

    /** Nothing runs yet. */
    public SilentTrial(Contender contender, Plan plan) {
        this.contender = contender;
        this.plan = plan;
    }

    /** Starts everything, runs the phases, ends everything. */
    public Outcome run() throws IOException, InterruptedException {
        try (ChildProcesses children = ChildProcesses.create();
                Backend backend = Backend.start()) {
            ProxyProcess proxy = children.start(
                    new DescriptorLimit(contender, plan.descriptors()), backend.endpoints(), plan.capacity(), PATIENCE);
            try (HonestCrowd honest =
                    HonestCrowd.start(SERVICES, proxy.endpoints().echo())) {
                return phases(proxy, honest);
            }
        }
    }

    private SilentCrowd crowd(ProxyProcess proxy, int clients, Duration atMost)
            throws IOException, InterruptedException {
        SilentCrowd crowd =
                SilentCrowd.start(proxy.endpoints().echo(), clients, plan.perSecond(), atMost.plus(LONGEST_START));
        long from = System.nanoTime();
        while (!crowd.began()) {
            if (!crowd.alive() || System.nanoTime() - from > LONGEST_START.toNanos()) {
                crowd.close();
                throw new IOException("the silent clients do not come (expected: the first within "
                        + LONGEST_START.toSeconds() + " s)");
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return crowd;
    }

    private Outcome phases(ProxyProcess proxy, HonestCrowd honest) throws IOException, InterruptedException {
        try (SilentCrowd warmUp = crowd(proxy, Math.max(1, plan.clients() / WARM_UP_PART / WARM_UP_PART), WARM_UP)) {
            Thread.sleep(WARM_UP.toMillis()); // its length is all that matters
        }
        Thread.sleep(SETTLING_MILLIS);
        honest.take();
        Phase calm = phase(honest, plan.flood().dividedBy(2));
        try (SilentCrowd crowd = crowd(proxy, plan.clients(), plan.ramp().plus(plan.flood()))) {
            Phase ramp = phase(honest, plan.ramp());
            Phase flood = phase(honest, plan.flood());
            return new Outcome(
                    contender.name(),
                    calm,
                    ramp,
                    flood,
                    crowd.counts(),
                    proxy.tree().residentBytes());
        }
    }

    private static Phase phase(HonestCrowd honest, Duration length) throws InterruptedException {
        long from = System.nanoTime();
        Thread.sleep(length.toMillis()); // the length of the phase is what is measured against
        return Phase.of(System.nanoTime() - from, honest.take());
    }
}
