package dev.spillway.syngate;

import dev.spillway.flood.KernelCounters;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
 * <p><b>Event loops wait for nothing here.</b> To write programs with thousands of prefixes takes a while, under the lock of this
 * gate. So what event loops say of programs that were refused is noted without it, and heard by whoever carries out next; and
 * {@link #view} shows what was carried out last.
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
    private final Supplier<KernelCounters> counters;
    /** The last of each listener that nobody has heard yet. */
    private final Map<String, FilterRefused> refusals = new ConcurrentHashMap<>();

    private final LongAdder failures = new LongAdder();
    private final Set<String> told = new HashSet<>();
    private final LogPace letInPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private SynPrograms programs = new SynPrograms(SynOrder.NONE, SynProgram.MOST_INSTRUCTIONS);
    private int most = SynProgram.MOST_INSTRUCTIONS;
    private SynOrder order = SynOrder.NONE;
    private long changedAt;
    private volatile Shown shown = new Shown(SynOrder.NONE, 0);

    /** What was carried out last, and how many offenders had no room in it. */
    private record Shown(SynOrder order, int letIn) {}

    /**
     * A gate for all of {@code listeners}; it is open.
     *
     * @param kind {@link GateKind#KERNEL_FILTER} or {@link GateKind#SINKHOLE}
     * @param reason why it was taken
     * @param dropped how many SYNs programs have dropped so far, of all listeners there ever were
     * @param counters the kernel's, as they are at the moment of asking; not asked on an event loop
     */
    public ProgramGate(
            Listeners listeners,
            GateKind kind,
            String reason,
            LongSupplier dropped,
            Supplier<KernelCounters> counters) {
        this(listeners, kind, reason, dropped, counters, System::nanoTime);
    }

    ProgramGate(
            Listeners listeners,
            GateKind kind,
            String reason,
            LongSupplier dropped,
            Supplier<KernelCounters> counters,
            LongSupplier clock) {
        this.listeners = listeners;
        this.kind = kind;
        this.reason = reason;
        this.dropped = dropped;
        this.counters = counters;
        this.clock = clock;
        this.changedAt = clock.getAsLong() - LONG_PACE_NANOS;
    }

    @Override
    public String kind() {
        return kind.label();
    }

    @Override
    public synchronized void apply(SynOrder next) {
        hearRefusals();
        follow(next);
        carryOut();
    }

    private void hearRefusals() {
        for (String listener : refusals.keySet()) {
            FilterRefused refused = refusals.remove(listener);
            if (refused != null) {
                hear(listener, refused);
            }
        }
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

    /** What is done when each listener goes by the order. */
    private Map<String, CompletableFuture<?>> carryOut() {
        Map<String, CompletableFuture<?>> steps = new LinkedHashMap<>();
        KernelCounters now = order.open() ? KernelCounters.NONE : counters.get();
        for (Listener listener : listeners.all()) {
            steps.put(listener.name(), carryOut(listener, now));
        }
        // After: the accept gate is not to act while a program is on its way.
        listeners.guarded().forEach(listener -> listener.synDropRate(order.dropRate()));
        shown = new Shown(order, programs.letIn());
        return steps;
    }

    private CompletableFuture<?> carryOut(Listener listener, KernelCounters now) {
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
                : gate.program(program.get(), now, refusal);
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

    /** On the event loop of the socket. Where it is refused, it is until another program is made: hearing it late is no harm. */
    private void refused(Listener listener, FilterRefused refused) {
        failures.increment();
        refusals.put(listener.name(), refused);
    }

    private void hear(String listener, FilterRefused refused) {
        if (refused.why() == FilterRefused.Cause.MEMORY && refused.programSize() > LEAST_INSTRUCTIONS) {
            shorten(refused);
        } else {
            tellOnce(listener, String.valueOf(refused.getMessage()));
        }
    }

    /** Each socket of a group may say so of the same program: the limit goes down once for it, and this turn tries again. */
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
    public boolean refresh() {
        Map<String, CompletableFuture<?>> steps;
        synchronized (this) {
            hearRefusals();
            steps = carryOut();
        }
        CompletableFuture<?> all = CompletableFuture.allOf(steps.values().toArray(CompletableFuture[]::new));
        if (all.copy()
                .thenApply(done -> true)
                .completeOnTimeout(false, REFRESH_MILLIS, TimeUnit.MILLISECONDS)
                .join()) {
            return true;
        }
        tellLate(steps, all);
        return false;
    }

    private static void tellLate(Map<String, CompletableFuture<?>> steps, CompletableFuture<?> all) {
        List<String> late = steps.entrySet().stream()
                .filter(step -> !step.getValue().isDone())
                .map(Map.Entry::getKey)
                .toList();
        log.error(
                "SYN gate: event loops of {} have not answered for {} ms: until they do, newcomers there who have just become exempt may be kept out, and others let in",
                late,
                REFRESH_MILLIS);
        long began = System.nanoTime();
        all.thenRun(() -> log.warn(
                "SYN gate: the event loops of {} have answered, {} ms late",
                late,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
    }

    @Override
    public void count() {
        KernelCounters now = counters.get();
        listeners.all().forEach(listener -> listener.synGate().count(now));
    }

    @Override
    public SynGateView view() {
        Shown now = shown;
        int attached = 0;
        int size = 0;
        for (Listener listener : listeners.all()) {
            for (SynProgram program : listener.synGate().programs()) {
                attached++;
                size = Math.max(size, program.size());
            }
        }
        return new SynGateView(
                kind.label(),
                reason,
                now.order().dropRate(),
                now.order().offenders().size() - now.letIn(),
                now.letIn(),
                attached,
                size,
                dropped.getAsLong(),
                0,
                failures.sum());
    }

    @Override
    public void close() {
        apply(SynOrder.NONE);
    }
}
