package dev.spillway.bench.attack;

import dev.spillway.bench.attack.AttackOutcome.Attackers;
import dev.spillway.bench.attack.AttackOutcome.BeforePeakAfter;
import dev.spillway.bench.attack.AttackOutcome.Kept;
import dev.spillway.bench.attack.AttackOutcome.Self;
import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.measure.KernelTcpMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One attack on one fresh proxy: calm, attack, calm, with the same honest clients at the same pace throughout. What the
 * clients are left with is counted from the moment on in which the proxy's TCP memory reaches the low mark, or all
 * attackers have connected, so that the time in which nothing is short yet makes nothing look better.
 */
public final class AttackTrial {
    /** Shares of the limit: the marks of Spillway's signal {@code container-tcp}, which all contenders are held against. */
    static final double HIGH = 0.8;

    static final double LOW = 0.6;

    private static final long MEBI = 1 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration LONGEST_RAMP = Duration.ofSeconds(8);
    private static final Duration LONGEST_RETURN = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 5;

    /** After each change; longer than honest clients make up for what they missed, so that nothing counts twice. */
    private static final long SETTLING_MILLIS = 500;

    /** The part of the attackers that comes while everything warms up: neither phase is to be that of a cold JVM. */
    private static final int WARM_UP_PART = 5;

    /** Memory is back when so little of the limit is left in use; honest exchanges under way take some. */
    private static final double BACK = 0.05;

    private static final List<Service> SERVICES =
            List.of(Service.SMALL_OLD, Service.SMALL_NEW, Service.LARGE_OLD, Service.LARGE_NEW, Service.LONG_LIVED);

    private final Attack attack;
    private final Contender contender;
    private final Plan plan;

    /**
     * How large and how long.
     *
     * @param clients hostile ones
     * @param connectsPerSecond of them, at most
     * @param tcpMemory bytes of kernel TCP memory that the proxy has
     * @param attack length of what is measured of the attack; each of the two calm phases takes half of it
     */
    public record Plan(int clients, int connectsPerSecond, long tcpMemory, Duration attack) {
        /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
        public Plan {
            if (clients < 1 || clients > 9000) {
                // Two descriptors in this process for each, with those of the upstream.
                throw new IllegalArgumentException("--clients: " + clients + " (expected: 1 to 9000)");
            }
            if (connectsPerSecond < 1 || connectsPerSecond > 10_000) {
                throw new IllegalArgumentException(
                        "--connects: " + connectsPerSecond + " a second (expected: 1 to 10000)");
            }
            if (tcpMemory < MEBI) {
                throw new IllegalArgumentException("--tcp-memory: " + tcpMemory / MEBI + " MiB (expected: 1 or more)");
            }
            if (attack.toSeconds() < 2 || attack.toSeconds() > 120) {
                throw new IllegalArgumentException("--seconds: " + attack.toSeconds() + " (expected: 2 to 120)");
            }
        }

        Duration calm() {
            return attack.dividedBy(2);
        }
    }

    /** Nothing runs yet. */
    public AttackTrial(Attack attack, Contender contender, Plan plan) {
        this.attack = attack;
        this.contender = contender;
        this.plan = plan;
    }

    /** Starts everything, runs the phases, ends everything. */
    public AttackOutcome run() throws IOException, InterruptedException {
        int capacity = attack.capacity(plan.clients());
        Contender set = contender instanceof Spillway spillway
                ? spillway.with(List.of("limits.max-connections = " + capacity))
                : contender;
        try (TcpMemoryGroup group = TcpMemoryGroup.create(plan.tcpMemory());
                ChildProcesses children = ChildProcesses.create();
                Backend backend = Backend.start();
                TargetServer target = TargetServer.start()) {
            Endpoints upstream = new Endpoints(backend.endpoints().echo(), target.source(), target.sink());
            ProxyProcess proxy = children.start(new Confined(set, group), upstream, capacity, PATIENCE);
            try (MemoryWatch watch = MemoryWatch.start(group);
                    HonestCrowd honest =
                            HonestCrowd.start(SERVICES, proxy.endpoints().echo())) {
                Optional<AdminPlane> plane = set instanceof Spillway spillway && spillway.admin() != null
                        ? Optional.of(new AdminPlane(spillway.admin()))
                        : Optional.empty();
                return new Phases(group, target, proxy, watch, honest, plane).run();
            }
        }
    }

    private AttackerCrowd attackers(ProxyProcess proxy, int clients, Duration atMost) throws IOException {
        return AttackerCrowd.start(new AttackerCrowd.Plan(
                attack, attack.target(proxy.endpoints()), clients, plan.connectsPerSecond(), atMost));
    }

    private long marked(double share) {
        return (long) (share * plan.tcpMemory());
    }

    /** What happened in the attack itself. */
    private record Attacked(
            long began,
            long measuredNanos,
            HonestCrowd.Taken ramp,
            HonestCrowd.Taken counts,
            AttackerCrowd.Counts fared,
            OptionalLong firstClosed,
            long residentBytes) {}

    /** What happened in a calm phase. */
    private record Calm(long nanos, HonestCrowd.Taken counts) {}

    /** One run through all phases. */
    private final class Phases {
        private final TcpMemoryGroup group;
        private final TargetServer target;
        private final ProxyProcess proxy;
        private final MemoryWatch watch;
        private final HonestCrowd honest;
        private final Optional<AdminPlane> plane;

        Phases(
                TcpMemoryGroup group,
                TargetServer target,
                ProxyProcess proxy,
                MemoryWatch watch,
                HonestCrowd honest,
                Optional<AdminPlane> plane) {
            this.group = group;
            this.target = target;
            this.proxy = proxy;
            this.watch = watch;
            this.honest = honest;
            this.plane = plane;
        }

        AttackOutcome run() throws IOException, InterruptedException {
            try (AttackerCrowd crowd = attackers(proxy, Math.max(1, plan.clients() / WARM_UP_PART), WARM_UP)) {
                Thread.sleep(WARM_UP.toMillis()); // its length is all that matters
            }
            target.dropAll();
            awaitMemoryBack();
            Thread.sleep(SETTLING_MILLIS);
            honest.take();
            long memoryBefore = group.usage();
            long machineBefore = KernelTcpMemory.bytes().orElse(0);
            Calm first = calm();
            Optional<SelfReport.Before> said =
                    plane.isPresent() ? Optional.of(SelfReport.before(plane.get())) : Optional.empty();
            watch.takeMachinePeak();
            Attacked attacked = attack();
            OptionalDouble back = awaitMemoryBack();
            long memoryAfter = group.usage();
            long machineAfter = KernelTcpMemory.bytes().orElse(0);
            target.dropAll();
            Thread.sleep(SETTLING_MILLIS);
            HonestCrowd.Taken returning = honest.take();
            MemoryWatch.Course course = watch.since(attacked.began());
            Optional<SelfReport> self =
                    said.isPresent() ? Optional.of(SelfReport.since(said.get(), plane.get())) : Optional.empty();
            Calm second = calm();
            return outcome(
                    first,
                    attacked,
                    returning,
                    second,
                    course,
                    new BeforePeakAfter(memoryBefore, course.peak(), memoryAfter),
                    new BeforePeakAfter(machineBefore, watch.takeMachinePeak(), machineAfter),
                    back,
                    self);
        }

        private Calm calm() throws InterruptedException {
            long from = System.nanoTime();
            Thread.sleep(plan.calm().toMillis()); // the length of the phase is what is measured against
            return new Calm(System.nanoTime() - from, honest.take());
        }

        private Attacked attack() throws IOException, InterruptedException {
            long began = System.nanoTime();
            try (AttackerCrowd crowd =
                    attackers(proxy, plan.clients(), plan.attack().plus(LONGEST_RAMP.multipliedBy(2)))) {
                while (group.usage() < marked(LOW)
                        && crowd.counts().connected() < plan.clients()
                        && System.nanoTime() - began < LONGEST_RAMP.toNanos()) {
                    Thread.sleep(LOOK_MILLIS);
                }
                HonestCrowd.Taken ramp = honest.take();
                long from = System.nanoTime();
                Thread.sleep(plan.attack().toMillis()); // the length of the phase is what is measured against
                long measured = System.nanoTime() - from;
                return new Attacked(
                        began,
                        measured,
                        ramp,
                        honest.take(),
                        crowd.counts(),
                        crowd.firstClosed(),
                        proxy.tree().residentBytes());
            }
        }

        /** How many milliseconds it took; empty if it was not back in time. */
        private OptionalDouble awaitMemoryBack() throws IOException, InterruptedException {
            long from = System.nanoTime();
            while (System.nanoTime() - from < LONGEST_RETURN.toNanos()) {
                if (group.usage() <= marked(BACK)) {
                    return OptionalDouble.of((System.nanoTime() - from) / 1e6);
                }
                Thread.sleep(LOOK_MILLIS);
            }
            return OptionalDouble.empty();
        }
    }

    private AttackOutcome outcome(
            Calm first,
            Attacked attacked,
            HonestCrowd.Taken returning,
            Calm second,
            MemoryWatch.Course course,
            BeforePeakAfter memory,
            BeforePeakAfter machine,
            OptionalDouble back,
            Optional<SelfReport> self) {
        Map<String, Kept> services = new LinkedHashMap<>();
        for (Service service : SERVICES) {
            Tally.Counts calm = first.counts().of(service).plus(second.counts().of(service));
            Tally.Counts under = attacked.counts().of(service);
            services.put(
                    service.id(),
                    new Kept(
                            calm.done() * 1e9 / (first.nanos() + second.nanos()),
                            under.done() * 1e9 / attacked.measuredNanos(),
                            under.failed(),
                            under.late(),
                            calm.latencyMillis(0.99),
                            under.latencyMillis(0.99)));
        }
        Tally.Counts lives = attacked.ramp()
                .of(Service.LONG_LIVED)
                .plus(attacked.counts().of(Service.LONG_LIVED))
                .plus(returning.of(Service.LONG_LIVED));
        OptionalLong crossed = crossed(course, self);
        OptionalLong killed = self.isPresent() ? self.get().firstClosedAt() : attacked.firstClosed();
        AttackerCrowd.Counts fared = attacked.fared();
        return new AttackOutcome(
                attack,
                contender.name(),
                services,
                lives.failed(),
                lives.late(),
                millis(OptionalLong.of(attacked.began()), crossed),
                millis(crossed, killed),
                millis(crossed, attacked.firstClosed()),
                course.longestFromTo(marked(HIGH), marked(LOW)) / 1e6,
                course.longestNotUnder(marked(HIGH)) / 1e6,
                memory,
                machine,
                back,
                new Attackers(fared.connected(), fared.connects(), fared.closed(), fared.refused()),
                attacked.residentBytes(),
                self.map(said -> new Self(said.signal(), said.episodes(), said.closed())));
    }

    /**
     * When what starts an episode was reached. Spillway says which signal and mark it was; that of TCP memory is then found
     * from outside. Of another signal, only Spillway's own word is known.
     */
    private OptionalLong crossed(MemoryWatch.Course course, Optional<SelfReport> self) {
        if (self.isEmpty() || self.get().episodeAt().isEmpty()) {
            return course.reached(marked(HIGH));
        }
        return self.get().signal().equals(SelfReport.TCP_MEMORY)
                ? course.reached(marked(self.get().mark()))
                : self.get().episodeAt();
    }

    private static OptionalDouble millis(OptionalLong from, OptionalLong to) {
        return from.isPresent() && to.isPresent()
                ? OptionalDouble.of((to.getAsLong() - from.getAsLong()) / 1e6)
                : OptionalDouble.empty();
    }
}
