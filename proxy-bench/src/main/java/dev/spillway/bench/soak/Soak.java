package dev.spillway.bench.soak;

import dev.spillway.bench.attack.AdminPlane;
import dev.spillway.bench.attack.Confined;
import dev.spillway.bench.attack.HonestCrowd;
import dev.spillway.bench.attack.Service;
import dev.spillway.bench.attack.TcpMemoryGroup;
import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.FreePorts;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.measure.Established;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Honest clients and attacks on a Spillway in 64 MiB, while its upstream dies and comes back, its configuration is read
 * again, listeners go and come, and protection is switched off and on. Twice everything is made quiet: after a tenth of
 * the time, when all that fills once is full, and at the end. Then nothing may be left, and nothing have grown.
 */
public final class Soak {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_QUIETING = Duration.ofSeconds(60);
    private static final Duration PROOF = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 50;
    private static final int HELD = 50;

    /** Directories that are looked at are open for a moment, theirs and ours. */
    private static final int PASSING_DESCRIPTORS = 4;

    /** What the kernel may keep ahead for a quiet socket, our own to the admin plane. */
    private static final long LITTLE_TCP = 64 << 10;

    private static final long MEBI = 1 << 20;

    private static final List<Service> SERVICES = List.of(
            new Service("512B-old", 512, false, 4, 50),
            new Service("512B-new", 512, true, 4, 25),
            new Service("64KiB-old", 64 * 1024, false, 2, 25),
            new Service("64KiB-new", 64 * 1024, true, 2, 25));

    private final Plan plan;
    private final Spillway contender;
    private final Consumer<String> progress;

    /**
     * How long and how hard.
     *
     * @param duration of the load
     * @param seed of everything that is random
     * @param clients most hostile clients of an attack, of which two may be under way
     * @param tcpMemory bytes of kernel TCP memory that the proxy has, where a control group can say so
     */
    public record Plan(Duration duration, long seed, int clients, long tcpMemory) {
        /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
        public Plan {
            if (duration.toSeconds() < 20 || duration.toHours() > 24) {
                throw new IllegalArgumentException(
                        "--minutes: " + duration.toSeconds() / 60.0 + " (expected: a third of a minute to a day)");
            }
            if (clients < 10 || clients > 4000) {
                throw new IllegalArgumentException("--clients: " + clients + " (expected: 10 to 4000)");
            }
            if (tcpMemory < MEBI) {
                throw new IllegalArgumentException("--tcp-memory: " + tcpMemory / MEBI + " MiB (expected: 1 or more)");
            }
        }

        private SoakedSpillway.Variant first() {
            return new SoakedSpillway.Variant(true, 250, 100, 600, 2 * clients);
        }
    }

    /**
     * What came of it.
     *
     * @param faults how often what happened
     * @param limited whether kernel TCP memory was limited
     * @param figures early and late, in words
     * @param findings what should not be; empty if all is well
     */
    public record Result(String faults, boolean limited, List<String> figures, List<String> findings) {}

    /** Nothing runs yet; {@code progress} is told of each fault. */
    public Soak(Plan plan, Spillway contender, Consumer<String> progress) {
        this.plan = plan;
        this.contender = contender;
        this.progress = progress;
    }

    /** Starts everything, soaks, looks, ends everything. */
    public Result run() throws IOException, InterruptedException {
        @Nullable TcpMemoryGroup group = group();
        try (group;
                ChildProcesses children = ChildProcesses.create();
                Upstream upstream = Upstream.start()) {
            // Histories fill within the first tenth, so that what they take does not look like growth.
            Spillway set = contender.with(List.of("events.history = 100"));
            SoakedSpillway spillway =
                    new SoakedSpillway(set, new InetSocketAddress("127.0.0.1", FreePorts.next()), plan.first());
            Contender started = group == null ? spillway : new Confined(spillway, group);
            ProxyProcess proxy = children.start(started, upstream.endpoints(), 2 * plan.clients(), PATIENCE);
            AdminPlane plane = new AdminPlane(Objects.requireNonNull(set.admin(), "given by with()"));
            try (Faults faults = new Faults(
                    new Random(plan.seed()),
                    plan.clients(),
                    proxy.endpoints(),
                    upstream,
                    spillway,
                    plan.first(),
                    plane,
                    progress)) {
                return new Run(Optional.ofNullable(group), proxy, plane, faults).run();
            }
        }
    }

    private @Nullable TcpMemoryGroup group() {
        try {
            return TcpMemoryGroup.create(plan.tcpMemory());
        } catch (IOException noPrivilege) {
            progress.accept("kernel TCP memory is not limited: " + noPrivilege.getMessage());
            return null;
        }
    }

    /** The run itself. */
    private final class Run {
        private final Optional<TcpMemoryGroup> group;
        private final ProxyProcess proxy;
        private final AdminPlane plane;
        private final Faults faults;
        private final Random pace = new Random(~plan.seed());
        private final List<String> findings = new ArrayList<>();

        Run(Optional<TcpMemoryGroup> group, ProxyProcess proxy, AdminPlane plane, Faults faults) {
            this.group = group;
            this.proxy = proxy;
            this.plane = plane;
            this.faults = faults;
        }

        Result run() throws IOException, InterruptedException {
            Duration part = plan.duration().dividedBy(10);
            // As short a soak as CI's has histories to fill as well.
            Duration before =
                    part.compareTo(Duration.ofSeconds(20)) < 0 ? plan.duration().dividedBy(3) : part;
            soak(before);
            Snapshot early = quiet("early");
            soak(plan.duration().minus(before));
            Snapshot late = quiet("late");
            held(late);
            compare(early, late);
            end();
            return new Result(
                    faults.summary(),
                    group.isPresent(),
                    List.of("early " + early, "late  " + late),
                    List.copyOf(findings));
        }

        private void soak(Duration length) throws IOException, InterruptedException {
            long until = System.nanoTime() + length.toNanos();
            try (HonestCrowd honest =
                    HonestCrowd.start(SERVICES, proxy.endpoints().echo())) {
                while (System.nanoTime() - until < 0) {
                    faults.next();
                    Thread.sleep(500 + pace.nextInt(3000)); // the pace of the faults
                }
                faults.quiet(plan.first());
                Thread.sleep(1000); // what was under way when the last fault ended
                honest.take();
                Thread.sleep(PROOF.toMillis()); // the length of the proof that honest clients are served again
                HonestCrowd.Taken served = honest.take();
                for (Service service : SERVICES) {
                    long failed =
                            served.of(service).failed() + served.of(service).late();
                    find(
                            failed > 0 || served.of(service).done() == 0,
                            service.id() + " after the last fault: "
                                    + served.of(service).done() + " done, " + failed + " failed");
                }
            }
        }

        /** Waits until nothing is left, and finds whatever stays. */
        private Snapshot quiet(String when) throws IOException, InterruptedException {
            long until = System.nanoTime() + LONGEST_QUIETING.toNanos();
            while (System.nanoTime() - until < 0 && !isQuiet()) {
                Thread.sleep(LOOK_MILLIS);
            }
            Snapshot snapshot = Snapshot.of(proxy, plane);
            progress.accept(when + ": " + snapshot);
            find(snapshot.active() != 0, when + ": " + snapshot.active() + " connections without a client");
            find(snapshot.held() != 0, when + ": " + snapshot.held() + " bytes held without a connection");
            find(snapshot.liveHeap() == 0, when + ": no live heap (expected: a JDK, which has jcmd)");
            find(snapshot.faults() != 0, when + ": " + snapshot.faults() + " faults of ours");
            find(
                    snapshot.directTaken() > snapshot.directLimit(),
                    when + ": direct memory " + snapshot.directTaken() + " of " + snapshot.directLimit());
            if (group.isPresent()) {
                long kernel = group.get().usage();
                find(kernel > LITTLE_TCP, when + ": " + kernel + " bytes of kernel TCP memory without a connection");
            }
            return snapshot;
        }

        private boolean isQuiet() throws IOException, InterruptedException {
            return plane.get("/api/v1/status")
                                    .path("connections")
                                    .path("active")
                                    .asLong()
                            == 0
                    && plane.get("/api/v1/status")
                                    .path("relay")
                                    .path("heldBytes")
                                    .asLong()
                            == 0
                    && (group.isEmpty() || group.get().usage() <= LITTLE_TCP);
        }

        /** Connections of ours, counted by Spillway and by the kernel, there and gone. */
        private void held(Snapshot before) throws IOException, InterruptedException {
            List<Socket> sockets = new ArrayList<>();
            InetSocketAddress echo = proxy.endpoints().echo();
            try {
                for (int i = 0; i < HELD; i++) {
                    Socket socket = new Socket(echo.getAddress(), echo.getPort());
                    sockets.add(socket);
                    socket.setSoTimeout((int) PATIENCE.toMillis());
                    socket.getOutputStream().write(1);
                    find(socket.getInputStream().read() != 1, "an echo of one byte is wrong");
                }
                Snapshot with = Snapshot.of(proxy, plane);
                long kernel = Established.at(echo);
                find(
                        with.active() != HELD || kernel != HELD,
                        HELD + " connections are held; Spillway counts " + with.active() + ", the kernel " + kernel);
                find(
                        Math.abs(with.descriptors() - before.descriptors() - 2 * HELD) > PASSING_DESCRIPTORS,
                        "descriptors: " + (with.descriptors() - before.descriptors()) + " for " + HELD
                                + " connections");
                find(
                        with.accepted() - before.accepted() != HELD,
                        "accepted rose by " + (with.accepted() - before.accepted()) + " (expected: " + HELD + ")");
                long drift = Math.abs(with.described() - with.descriptors());
                find(
                        with.described() >= 0 && drift > PASSING_DESCRIPTORS,
                        "descriptors: Spillway says " + with.described() + ", the kernel " + with.descriptors());
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            Snapshot after = quiet("after " + HELD + " held connections");
            find(
                    after.closed() - before.closed() != HELD,
                    "closed rose by " + (after.closed() - before.closed()) + " (expected: " + HELD + ")");
        }

        private void compare(Snapshot early, Snapshot late) {
            // Code that is compiled, classes that are loaded and caches that grow to their bound go on a little.
            long allowed = early.liveHeap() + early.liveHeap() / 20 + (1 << 19);
            find(
                    late.liveHeap() > allowed,
                    "live heap grew from " + early.liveHeap() + " to " + late.liveHeap() + " (expected: at most "
                            + allowed + ")");
            find(
                    late.descriptors() > early.descriptors() + PASSING_DESCRIPTORS,
                    "descriptors grew from " + early.descriptors() + " to " + late.descriptors());
            // The JVM starts and ends compiler threads as it needs them.
            find(
                    late.threads() > early.threads() + 3,
                    "threads grew from " + early.threads() + " to " + late.threads());
        }

        private void end() throws IOException, InterruptedException {
            find(proxy.exit().isPresent(), "it has ended by itself");
            String printed = proxy.printed();
            for (String bad : List.of("OutOfMemory", "LEAK:", " ERROR ", "\tat ")) {
                printed.lines()
                        .filter(line -> line.contains(bad))
                        .findFirst()
                        .ifPresent(line -> findings.add("it printed: " + line));
            }
        }

        private void find(boolean wrong, String what) {
            if (wrong) {
                findings.add(what);
                progress.accept("FINDING " + what);
            }
        }
    }
}
