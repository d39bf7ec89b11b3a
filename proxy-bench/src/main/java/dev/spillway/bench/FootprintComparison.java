package dev.spillway.bench;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.IdleCrowd;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.measure.CpuTime;
import dev.spillway.bench.measure.KernelTcpMemory;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.SocketSlab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Time to start, memory at rest and memory per idle connection, each time of a fresh process. The memory of a connection
 * is the marginal one, between two counts, so that nothing a process allocates once is in it.
 */
final class FootprintComparison {
    static final Metric START_UP = cost("start-up.time", "Start-up until it accepts", "ms");
    static final Metric FIRST_EXCHANGES =
            cost("start-up.relay", "Start-up until a first exchange through each of three listeners", "ms");
    static final Metric AT_REST = cost("start-up.rss", "Resident set at rest, before any load", "MiB");
    static final Metric RESIDENT = cost("idle.rss", "Resident set per idle connection", "KiB");
    static final Metric LIVE_HEAP = amount("idle.heap", "Live Java heap per idle connection", "KiB");
    static final Metric KERNEL = amount("idle.kernel", "Kernel TCP memory per idle connection, all its sockets", "KiB");
    static final Metric SLAB =
            amount("idle.slab", "Kernel's records of sockets per idle connection, all its sockets", "KiB");
    static final Metric IDLE_CPU = amount("idle.cpu", "CPU while all connections are idle", "ms/s");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final long LOOK_EVERY_MILLIS = 100;

    /** Two readings this close together count as the same. */
    private static final double SETTLED = 0.005;

    private final Plan plan;
    private final ChildProcesses children;
    private final Backend backend;
    private final Turn turn;
    private final Measurements into;
    private final Consumer<String> progress;

    FootprintComparison(
            Plan plan,
            ChildProcesses children,
            Backend backend,
            Turn turn,
            Measurements into,
            Consumer<String> progress) {
        this.plan = plan;
        this.children = children;
        this.backend = backend;
        this.turn = turn;
        this.into = into;
        this.progress = progress;
    }

    void run(List<Entry> entries) throws InterruptedException {
        List<Entry> taking = entries.stream()
                .filter(entry -> entry.takes(Plan.IDLE) && entry.takes(Plan.START_UP))
                .toList();
        for (int round = 0; round < plan.rounds(); round++) {
            for (Entry entry : Rotation.of(taking, round)) {
                int number = round;
                if (plan.includes(Plan.START_UP)) {
                    attempt(Plan.START_UP, entry.startUp(), round, subject -> atRest(subject, number));
                }
                if (plan.includes(Plan.IDLE)) {
                    attempt(Plan.IDLE, entry.idle(), round, subject -> idle(subject, number));
                }
            }
            if (plan.includes(Plan.IDLE)) {
                attemptControl(round);
            }
        }
    }

    /** What is measured of a fresh process. */
    private interface Look {
        void at(Subject subject) throws IOException, LoadFailure, InterruptedException;
    }

    private void attempt(String id, Contender contender, int round, Look look) throws InterruptedException {
        try (ProxyProcess proxy = children.start(contender, backend.endpoints(), plan.idleCapacity(), PATIENCE)) {
            Subject subject = Subject.of(proxy);
            turn.settle(subject);
            look.at(subject);
            progress.accept(String.format(Locale.ROOT, "%s round %d %s: done", id, round + 1, contender.name()));
        } catch (IOException | LoadFailure e) {
            fail(id, contender.name(), e);
        }
    }

    private void attemptControl(int round) throws InterruptedException {
        try {
            idle(Subject.direct(backend.endpoints()), round);
        } catch (IOException | LoadFailure e) {
            fail(Plan.IDLE, Subject.DIRECT, e);
        }
    }

    private void fail(String id, String name, Exception e) {
        into.fail(id, name, String.valueOf(e.getMessage()));
        progress.accept("%s %s failed: %s".formatted(id, name, e.getMessage()));
    }

    private void atRest(Subject subject, int round) throws IOException, InterruptedException {
        ProxyProcess proxy = subject.proxy().orElseThrow();
        into.add(START_UP, subject.name(), round, proxy.startUp().toNanos() / 1e6);
        into.add(FIRST_EXCHANGES, subject.name(), round, proxy.firstExchanges().toNanos() / 1e6);
        into.add(AT_REST, subject.name(), round, settled(proxy.tree()::residentBytes) / 1048576.0);
    }

    /** What is read at one count of connections; a figure that there is none of here is empty. */
    private record Reading(OptionalLong resident, OptionalLong liveHeap, OptionalLong kernel, OptionalLong slab) {}

    private void idle(Subject subject, int round) throws IOException, LoadFailure, InterruptedException {
        try (IdleCrowd crowd = new IdleCrowd(subject.endpoints().echo())) {
            crowd.growTo(plan.idleFrom());
            Thread.sleep(plan.idling().standing().toMillis());
            Reading few = read(subject.proxy());
            crowd.growTo(plan.idleTo());
            Thread.sleep(plan.idling().standing().toMillis());
            Reading many = read(subject.proxy());
            addMarginal(RESIDENT, subject, round, few.resident(), many.resident());
            addMarginal(LIVE_HEAP, subject, round, few.liveHeap(), many.liveHeap());
            addMarginal(KERNEL, subject, round, few.kernel(), many.kernel());
            addMarginal(SLAB, subject, round, few.slab(), many.slab());
            if (subject.proxy().isPresent()) {
                into.add(
                        IDLE_CPU, subject.name(), round, idleCpu(subject.proxy().get()));
            }
        }
        turn.settle(subject);
    }

    private void addMarginal(Metric metric, Subject subject, int round, OptionalLong few, OptionalLong many) {
        if (few.isPresent() && many.isPresent()) {
            double bytes = many.getAsLong() - few.getAsLong();
            into.add(metric, subject.name(), round, bytes / 1024 / (plan.idleTo() - plan.idleFrom()));
        }
    }

    private static Reading read(Optional<ProxyProcess> proxy) throws IOException, InterruptedException {
        OptionalLong resident = OptionalLong.empty();
        OptionalLong liveHeap = OptionalLong.empty();
        if (proxy.isPresent()) {
            // First, because the collection that it brings is what makes the resident set worth reading.
            liveHeap = proxy.get().liveHeap();
            resident = OptionalLong.of(settled(proxy.get().tree()::residentBytes));
        }
        OptionalLong kernel = KernelTcpMemory.bytes();
        if (kernel.isPresent()) {
            kernel = OptionalLong.of(settled(() -> KernelTcpMemory.bytes().orElse(0)));
        }
        return new Reading(resident, liveHeap, kernel, SocketSlab.bytes());
    }

    /** CPU milliseconds per second while nothing happens, over what looks after each connection now and then. */
    private double idleCpu(ProxyProcess proxy) throws IOException, InterruptedException {
        CpuTime before = proxy.tree().cpuTime();
        long start = System.nanoTime();
        Thread.sleep(plan.idling().watched().toMillis());
        double seconds = (System.nanoTime() - start) / 1e9;
        return proxy.tree().cpuTime().nanosSince(before) / 1e6 / seconds;
    }

    /** A reading of a figure that is still moving. */
    private interface Gauge {
        long read() throws IOException;
    }

    /** Reads until two readings are as good as the same, or for as long as it is worth. */
    private static long settled(Gauge gauge) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + SETTLING.toNanos();
        long previous = gauge.read();
        while (true) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            long now = gauge.read();
            if (Math.abs(now - previous) <= SETTLED * previous || System.nanoTime() - giveUp >= 0) {
                return now;
            }
            previous = now;
        }
    }

    private static Metric amount(String id, String title, String unit) {
        return new Metric(id, title, unit, Metric.Kind.AMOUNT);
    }

    private static Metric cost(String id, String title, String unit) {
        return new Metric(id, title, unit, Metric.Kind.COST);
    }
}
