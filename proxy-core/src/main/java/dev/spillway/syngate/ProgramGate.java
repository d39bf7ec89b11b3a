package dev.spillway.syngate;

import dev.spillway.limit.LogPace;
import dev.spillway.listener.Listener;
import dev.spillway.listener.ListenerSynGate;
import dev.spillway.listener.Listeners;
import dev.spillway.syn.Compilation;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Steering;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynProgram;
import dev.spillway.syn.Target;
import dev.spillway.transport.FilterRefused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gates in the kernel, where a program decides of each SYN to an eligible listener: as a filter on each of its sockets it drops
 * SYNs itself, and with a sinkhole beside them it sends them there to be dropped.
 *
 * <p><b>Who has a program.</b> While anything is to be kept out, a listener has one that may be reached by somebody eligible;
 * it spares the addresses that are not ({@link Listener}). That is asked anew each time, so settings, networks, listeners and
 * sockets that come and go are followed within a turn of the controller, and at once by {@link #refresh}. Sockets that were
 * given up have lost theirs by then: their listener may have others by now, and those another listener. When nothing is to be
 * kept out no socket has a program.
 *
 * <p><b>When it can't.</b> The accept gate has the same rate, and acts on each socket that has no program: where the kernel
 * refused it, and where there are more exempt addresses than a program can name. That is logged once for each listener until
 * the gate is open again. A kernel with little memory for programs ({@code net.core.optmem_max}) is given shorter ones.
 *
 * <p><b>How often.</b> A program with prefixes takes the kernel up to 12 ms on the event loop, so the order changes once a
 * second at the most while a program is long; to open the gate, and what concerns who is exempt, waits for nothing.
 */
public final class ProgramGate implements SynGate {
    /** Programs longer than that count as long; those without prefixes have a tenth. */
    private static final int LONG_PROGRAM = 256;

    private static final long LONG_PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Programs are not made shorter than that for want of memory. */
    private static final int LEAST_INSTRUCTIONS = 64;

    /** How long {@link #refresh} waits for event loops. */
    private static final long REFRESH_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(ProgramGate.class);

    private final Listeners listeners;
    private final GateKind kind;
    private final String reason;
    private final LongSupplier dropped;
    private final LongSupplier clock;
    private final ListenDrops listenDrops = ListenDrops.ofThisNamespace();
    private final LongAdder failures = new LongAdder();
    private final Set<String> told = new HashSet<>();
    private final LogPace letInPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private SynPrograms programs = new SynPrograms(SynOrder.NONE, SynProgram.MOST_INSTRUCTIONS);
    private int most = SynProgram.MOST_INSTRUCTIONS;
    private SynOrder order = SynOrder.NONE;
    private long changedAt;

    /**
     * A gate for all of {@code listeners}; it is open.
     *
     * @param kind {@link GateKind#KERNEL_FILTER} or {@link GateKind#SINKHOLE}
     * @param reason why it was taken
     * @param dropped how many SYNs programs have dropped so far, of all listeners there ever were
     */
    public ProgramGate(Listeners listeners, GateKind kind, String reason, LongSupplier dropped) {
        this(listeners, kind, reason, dropped, System::nanoTime);
    }

    ProgramGate(Listeners listeners, GateKind kind, String reason, LongSupplier dropped, LongSupplier clock) {
        this.listeners = listeners;
        this.kind = kind;
        this.reason = reason;
        this.dropped = dropped;
        this.clock = clock;
        this.changedAt = clock.getAsLong() - LONG_PACE_NANOS;
    }

    @Override
    public String kind() {
        return kind.label();
    }

    @Override
    public synchronized void apply(SynOrder next) {
        follow(next);
        carryOut();
    }

    private void follow(SynOrder next) {
        if (next.equals(order)) {
            return;
        }
        long now = clock.getAsLong();
        boolean soon = now - changedAt < LONG_PACE_NANOS;
        boolean takesLong =
                programs.longest() > LONG_PROGRAM || !next.offenders().isEmpty();
        if (!next.open() && !order.open() && soon && takesLong) {
            return;
        }
        if (order.open()) {
            // Another episode: whoever has mended something since is to see it tried.
            told.clear();
            most = SynProgram.MOST_INSTRUCTIONS;
        }
        order = next;
        changedAt = now;
        programs = new SynPrograms(order, most);
    }

    private List<CompletableFuture<?>> carryOut() {
        List<CompletableFuture<?>> steps = new ArrayList<>();
        long drops = order.open() ? 0 : listenDrops.read();
        for (Listener listener : listeners.all()) {
            steps.add(carryOut(listener, drops));
        }
        // After: the accept gate is not to act while a program is on its way.
        listeners.guarded().forEach(listener -> listener.synDropRate(order.dropRate()));
        return steps;
    }

    private CompletableFuture<?> carryOut(Listener listener, long drops) {
        ListenerSynGate gate = listener.synGate();
        Optional<Destinations> destinations = order.open() ? Optional.empty() : gate.destinations();
        Optional<Steering> steering = kind == GateKind.SINKHOLE ? gate.steering() : Optional.empty();
        Target target = steering.map(Steering::target).orElse(Target.FILTER);
        Optional<SynProgram> program = destinations.flatMap(where -> program(listener, where, target));
        boolean impossible = destinations.isPresent() && program.isEmpty();
        gate.kind(impossible ? Optional.empty() : Optional.of(kind.label()));
        if (program.isEmpty() || kind == GateKind.SINKHOLE && steering.isEmpty()) {
            return gate.open();
        }
        Consumer<FilterRefused> refusal = why -> refused(listener, why);
        return steering.isPresent()
                ? gate.sink(steering.get(), program.get(), refusal)
                : gate.program(program.get(), drops, refusal);
    }

    private Optional<SynProgram> program(Listener listener, Destinations destinations, Target target) {
        Compilation made = programs.of(destinations, target);
        if (made instanceof Compilation.Impossible impossible) {
            tellOnce(
                    listener.name(),
                    "its exempt addresses need a program of " + impossible.size() + " instructions (expected: at most "
                            + impossible.most() + ")");
            return Optional.empty();
        }
        if (made instanceof Compilation.Reduced reduced) {
            long times = letInPace.occasion(clock.getAsLong());
            if (times > 0) {
                log.warn(
                        "SYN gate: {} of {} offenders have no room in a program of {} instructions and are let in, the lightest ({} times since the last line)",
                        reduced.letIn().size(),
                        order.offenders().size(),
                        most,
                        times);
            }
            return Optional.of(reduced.program());
        }
        return Optional.of(((Compilation.Whole) made).program());
    }

    /** On the event loop of the socket. */
    private void refused(Listener listener, FilterRefused refused) {
        failures.increment();
        tell(listener, refused);
    }

    private synchronized void tell(Listener listener, FilterRefused refused) {
        if (refused.why() == FilterRefused.Cause.MEMORY && refused.programSize() > LEAST_INSTRUCTIONS) {
            shorten(refused);
        } else {
            tellOnce(listener.name(), String.valueOf(refused.getMessage()));
        }
    }

    /** Each socket of a group may say so of the same program: the limit goes down once for it, and the next turn tries again. */
    private void shorten(FilterRefused refused) {
        if (refused.programSize() > most) {
            return;
        }
        most = Math.max(LEAST_INSTRUCTIONS, refused.programSize() / 2);
        programs = new SynPrograms(order, most);
        log.warn(
                "SYN gate: {}; programs have {} instructions at the most from now on (for more: sysctl -w net.core.optmem_max=131072)",
                refused.getMessage(),
                most);
    }

    private void tellOnce(String listener, String why) {
        if (told.add(listener)) {
            log.error("listener {}: no {} there, the accept gate acts instead: {}", listener, kind.label(), why);
        }
    }

    @Override
    public void refresh() {
        List<CompletableFuture<?>> steps;
        synchronized (this) {
            steps = carryOut();
        }
        CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, REFRESH_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public void count() {
        long drops = listenDrops.read();
        listeners.all().forEach(listener -> listener.synGate().count(drops));
    }

    @Override
    public synchronized SynGateView view() {
        int attached = 0;
        int size = 0;
        for (Listener listener : listeners.all()) {
            for (SynProgram program : listener.synGate().programs()) {
                attached++;
                size = Math.max(size, program.size());
            }
        }
        int letIn = programs.letIn();
        return new SynGateView(
                kind.label(),
                reason,
                order.dropRate(),
                order.offenders().size() - letIn,
                letIn,
                attached,
                size,
                dropped.getAsLong(),
                0,
                failures.sum());
    }

    @Override
    public void close() {
        apply(SynOrder.NONE);
        listenDrops.close();
    }
}
