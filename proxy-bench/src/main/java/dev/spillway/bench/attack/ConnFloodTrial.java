package dev.spillway.bench.attack;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Haproxy;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.measure.CpuTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One flood of connects on one fresh proxy that limits the connection rate of each source: warm-up, calm, flood. */
public final class ConnFloodTrial {
    /** What each source is allowed: more than any honest one here asks for. */
    static final int RATE = 2;

    static final int BURST = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CALM = Duration.ofSeconds(6);
    /** Longer than honest clients make up for what they missed, so that nothing counts twice. */
    private static final long SETTLING_MILLIS = 500;

    private static final long AFTERMATH_MILLIS = 2000;
    private static final long LONGEST_FLOOD_MILLIS = 120_000;
    private static final int WARM_UP_PART = 5;
    private static final int CAPACITY = 4000;

    /** Honest newcomers: two hundred sources, each with half of what it is allowed. */
    static final Service NEWCOMERS = new Service("512B-new", 512, true, 200, 1);

    private static final List<Service> SERVICES = List.of(NEWCOMERS, Service.SMALL_OLD, Service.LONG_LIVED);

    private final Contender contender;
    private final Plan plan;

    /**
     * How large.
     *
     * @param sources of the flood
     * @param connectsOfEach connects that each makes
     * @param atATime sources that connect at a time
     * @param perSecond connects a second, of all
     */
    public record Plan(int sources, int connectsOfEach, int atATime, int perSecond) {
        /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
        public Plan {
            if (sources < 10 || sources > 10_000 || sources % atATime != 0) {
                throw new IllegalArgumentException(
                        "--sources: " + sources + " (expected: 10 to 10000, a multiple of " + atATime + ")");
            }
            if (connectsOfEach < 1 || connectsOfEach > 1000) {
                throw new IllegalArgumentException("--connects: " + connectsOfEach + " (expected: 1 to 1000)");
            }
            if (perSecond < 100 || perSecond > 20_000) {
                throw new IllegalArgumentException("--rate: " + perSecond + " (expected: 100 to 20000)");
            }
        }
    }

    /**
     * What came of it.
     *
     * @param contender which proxy
     * @param flood what became of the connects
     * @param seconds how long the flood took
     * @param calmNewcomers what honest newcomers got before
     * @param newcomers what they got in the flood
     * @param established what honest clients on old connections got in the flood
     * @param lostLives old connections that were closed in the flood
     * @param cpuMicrosPerRefused CPU of the proxy in the flood beyond that of the calmer calm, per refused connect
     * @param grossMicrosPerRefused the same with what honest clients cost
     * @param heapBefore live heap, where there is such
     * @param heapAfter the same after the flood
     * @param residentBefore bytes
     * @param residentAfter bytes
     */
    public record Outcome(
            String contender,
            ConnectFlood.Counts flood,
            double seconds,
            Tally.Counts calmNewcomers,
            Tally.Counts newcomers,
            Tally.Counts established,
            long lostLives,
            double cpuMicrosPerRefused,
            double grossMicrosPerRefused,
            OptionalLong heapBefore,
            OptionalLong heapAfter,
            long residentBefore,
            long residentAfter) {
        /** Honest newcomers that were served, 0..1. */
        public double newcomersServed() {
            return served(newcomers);
        }

        static double served(Tally.Counts counts) {
            long all = counts.done() + counts.failed() + counts.late();
            return all == 0 ? 0 : (double) counts.done() / all;
        }
    }

    /** Nothing runs yet; {@code contender} is {@link #limited}. */
    public ConnFloodTrial(Contender contender, Plan plan) {
        this.contender = contender;
        this.plan = plan;
    }

    /** The contender with a limit of connections a second for each source; empty if it has no such thing. */
    public static Optional<Contender> limited(Contender contender) throws IOException {
        if (contender instanceof Spillway spillway) {
            return Optional.of(spillway.with(List.of(
                    "limits.max-connections = " + CAPACITY,
                    "security.connection-rate-limit.enabled = enabled",
                    "security.connection-rate-limit.per-source { rate = %d, burst = %d }".formatted(RATE, BURST))));
        }
        if (contender instanceof Haproxy haproxy && haproxy.splicing() == Haproxy.Splicing.NONE) {
            return Optional.of(haproxy.with(List.of(
                    "stick-table type ip size 100k expire 30s store conn_rate(1s)",
                    "tcp-request connection track-sc0 src",
                    "tcp-request connection reject if { sc0_conn_rate gt " + BURST + " }")));
        }
        return Optional.empty();
    }

    /** Starts everything, runs the phases, ends everything. */
    public Outcome run() throws IOException, InterruptedException {
        try (ChildProcesses children = ChildProcesses.create();
                Backend backend = Backend.start()) {
            ProxyProcess proxy = children.start(contender, backend.endpoints(), CAPACITY, PATIENCE);
            try (HonestCrowd honest =
                    HonestCrowd.start(SERVICES, proxy.endpoints().echo())) {
                return phases(proxy, honest);
            }
        }
    }

    private ConnectFlood flood(ProxyProcess proxy, int firstSource, int connectsOfEach) throws IOException {
        return ConnectFlood.start(new ConnectFlood.Plan(
                proxy.endpoints().echo(),
                LoopbackSources.HOSTILE + firstSource,
                plan.sources(),
                connectsOfEach,
                plan.atATime(),
                plan.perSecond()));
    }

    private Outcome phases(ProxyProcess proxy, HonestCrowd honest) throws IOException, InterruptedException {
        // By other sources: what is limited from the start is limited all the time.
        try (ConnectFlood warmUp = flood(proxy, plan.sources(), Math.max(1, plan.connectsOfEach() / WARM_UP_PART))) {
            finish(warmUp);
        }
        Thread.sleep(SETTLING_MILLIS);
        honest.take();
        OptionalLong heapBefore = proxy.liveHeap();
        long residentBefore = proxy.tree().residentBytes();
        // A full collection and a compiler that is behind are not what honest clients cost.
        Thread.sleep(AFTERMATH_MILLIS);
        honest.take();
        double before = calmShare(proxy);
        HonestCrowd.Taken calm = honest.take();
        CpuTime calmCpu = proxy.tree().cpuTime();
        long began = System.nanoTime();
        ConnectFlood.Counts counts;
        try (ConnectFlood flood = flood(proxy, 0, plan.connectsOfEach())) {
            counts = finish(flood);
        }
        long nanos = System.nanoTime() - began;
        long gross = proxy.tree().cpuTime().nanosSince(calmCpu);
        HonestCrowd.Taken flooded = honest.take();
        Thread.sleep(AFTERMATH_MILLIS);
        double net = gross - Math.min(before, calmShare(proxy)) * nanos;
        if (net <= 0) {
            throw new IOException("the calm took more CPU than the flood (expected: less; something else ran)");
        }
        OptionalLong heapAfter = proxy.liveHeap();
        return new Outcome(
                contender.name(),
                counts,
                nanos / 1e9,
                calm.of(NEWCOMERS),
                flooded.of(NEWCOMERS),
                flooded.of(Service.SMALL_OLD),
                flooded.of(Service.LONG_LIVED).failed(),
                net / 1e3 / Math.max(1, counts.refused()),
                gross / 1e3 / Math.max(1, counts.refused()),
                heapBefore,
                heapAfter,
                residentBefore,
                proxy.tree().residentBytes());
    }

    /** CPU time of the proxy in a calm phase, as a share of that time. */
    private static double calmShare(ProxyProcess proxy) throws IOException, InterruptedException {
        CpuTime cpu = proxy.tree().cpuTime();
        long from = System.nanoTime();
        Thread.sleep(CALM.toMillis()); // the length of the phase is what is measured against
        return (double) proxy.tree().cpuTime().nanosSince(cpu) / (System.nanoTime() - from);
    }

    private static ConnectFlood.Counts finish(ConnectFlood flood) throws IOException, InterruptedException {
        if (!flood.await(LONGEST_FLOOD_MILLIS)) {
            throw new IOException("the flood is not over after " + LONGEST_FLOOD_MILLIS + " ms: " + flood.counts());
        }
        return flood.counts();
    }
}
