package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.limit.Offender;
import dev.spillway.limit.Offenders;
import dev.spillway.limit.SourceLimits;
import dev.spillway.relay.Relays;
import dev.spillway.security.Arrival;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.security.Verdict;
import dev.spillway.transport.Transport;
import dev.spillway.upstream.Upstream;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One named place at which connections come in: its settings, its sockets and what it counted. Settings and sockets can be
 * swapped while it listens; made, changed and closed by {@link Listeners}. Methods may be called on any thread.
 */
public final class Listener {
    private final Shared shared;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong active = new AtomicLong();
    private final AtomicLongArray refused = new AtomicLongArray(RefusalReason.values().length);
    private final AtomicLong dropped = new AtomicLong();
    private final RateGuard rateGuard;
    private final ListenerSynGate synGate = new ListenerSynGate(this);
    private volatile double synDropRate;
    private volatile Front front;
    private volatile @Nullable Seen seen;
    private volatile @Nullable Verdict verdict;

    /**
     * What all listeners share.
     *
     * @param transport makes the sockets
     * @param relays takes what is admitted
     * @param policies the limits and settings that admission goes by at the moment of asking
     * @param security the settings in force at the moment of asking
     * @param surroundings where the local addresses are
     * @param refusedByGate counts the newcomers that the SYN gate kept out, of all listeners there ever were
     * @param synsDropped counts the SYNs that programs of the gate dropped, likewise
     * @param sunk counts those of them that sinkholes dropped, which the kernel counts as if there had been no room
     * @param sources what newcomers of each source may do, for all listeners
     */
    public record Shared(
            Transport transport,
            Relays relays,
            Supplier<AdmissionPolicy> policies,
            Supplier<SecuritySettings> security,
            Surroundings surroundings,
            LongAdder refusedByGate,
            LongAdder synsDropped,
            LongAdder sunk,
            SourceLimits sources) {
        /** With limits of sources that have seen nobody, and a key that nobody can guess. */
        public Shared(
                Transport transport,
                Relays relays,
                Supplier<AdmissionPolicy> policies,
                Supplier<SecuritySettings> security,
                Surroundings surroundings,
                LongAdder refusedByGate) {
            this(transport, relays, policies, security, surroundings, refusedByGate, new LongAdder());
        }

        /** With limits of sources that have seen nobody, and a key that nobody can guess. */
        public Shared(
                Transport transport,
                Relays relays,
                Supplier<AdmissionPolicy> policies,
                Supplier<SecuritySettings> security,
                Surroundings surroundings,
                LongAdder refusedByGate,
                LongAdder synsDropped) {
            this(
                    transport,
                    relays,
                    policies,
                    security,
                    surroundings,
                    refusedByGate,
                    synsDropped,
                    new LongAdder(),
                    RateGuard.sources());
        }

        AdmissionPolicy policy() {
            return policies.get();
        }
    }

    /** What a listener goes by; swapped as a whole. */
    private record Front(ListenerSettings settings, Upstream upstream, ListeningSockets sockets) {}

    /** The exposure of one front, so that it is not made for each connection. */
    private record Seen(Front front, Exposure exposure) {}

    /** A listener whose sockets are not bound yet; {@link Listeners} does that. */
    Listener(ListenerSettings settings, Shared shared, Upstream upstream, ListeningSockets sockets) {
        this.shared = shared;
        this.rateGuard = new RateGuard(settings.name(), shared.security(), shared.sources());
        this.front = new Front(settings, upstream, sockets);
    }

    /** Goes by other settings, sockets and upstream from the next connection on; its name and its counts stay. */
    void serve(ListenerSettings settings, Upstream upstream, ListeningSockets sockets) {
        front = new Front(settings, upstream, sockets);
    }

    ListeningSockets sockets() {
        return front.sockets();
    }

    /** The name it has in the configuration. */
    public String name() {
        return settings().name();
    }

    /** Where it listens. */
    public InetSocketAddress bound() {
        return sockets().bound();
    }

    /** The verdict on a connection that has just come in (S11). */
    Verdict judge(InetSocketAddress client, InetSocketAddress local) {
        Verdict fresh = SecurityPolicy.judge(
                shared.security.get(),
                Arrival.of(
                        client.getAddress(),
                        shared.surroundings.place(local.getAddress()),
                        local.getPort(),
                        settings().rules()));
        // Most are alike, and each is kept for as long as its connection: one object does for all of them.
        Verdict last = verdict;
        if (last != null && last.equals(fresh)) {
            return last;
        }
        verdict = fresh;
        return fresh;
    }

    /** How far MPP may act on it now. */
    Exposure exposure() {
        SecuritySettings security = shared.security.get();
        NetworkMap network = shared.surroundings.map();
        Front now = front;
        Seen last = seen;
        if (last == null || last.front() != now || !last.exposure().isOf(security, network)) {
            last = new Seen(
                    now,
                    Exposure.of(
                            security,
                            network,
                            now.sockets().bound(),
                            now.settings().rules()));
            seen = last;
        }
        return last.exposure();
    }

    /** How many connections there may be now: fewer than the policy says while memory has no room for their spares. */
    ConnectionLimits limits() {
        return shared.policy().limits().within(shared.relays().mostConnections());
    }

    /** Whether newcomers are kept out by not accepting, rather than by a reset. */
    boolean pauses() {
        return shared.policy().pausing() && exposure().degree() != Exposure.Degree.SOME;
    }

    /**
     * Keeps newcomers out at a rate, as far as they are eligible, from the next window on.
     *
     * @param rate {@code SynDropRate}, 0..1
     */
    public void synDropRate(double rate) {
        synDropRate = rate;
    }

    /** What the SYN gate does here in the kernel. */
    public ListenerSynGate synGate() {
        return synGate;
    }

    double synDropRate() {
        return synDropRate;
    }

    ListenerSettings settings() {
        return front.settings();
    }

    Shared shared() {
        return shared;
    }

    Upstream upstream() {
        return front.upstream();
    }

    void admitted() {
        accepted.incrementAndGet();
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    RateGuard rateGuard() {
        return rateGuard;
    }

    /**
     * The sources whose eligible newcomers are refused most by the limits of each source, worst first, to be kept out by the SYN
     * gate until the time of each; empty while the connection rate limit is off. Nobody is there for what others did. A source
     * that has been told stays for {@value Offenders#HOLD_SECONDS} seconds.
     *
     * @param now a {@code System.nanoTime()}
     * @param least so many refusals, of which older ones count less, make an offender; positive
     */
    public List<Offender> offenders(long now, long least) {
        return rateGuard.offenders().offer(now, least);
    }

    void refused(RefusalReason reason) {
        refused.incrementAndGet(reason.ordinal());
        if (reason == RefusalReason.SYN_GATE) {
            shared.refusedByGate.increment();
        }
    }

    void dropped(long segments) {
        dropped.addAndGet(segments);
    }

    /** SYNs that a sinkhole dropped; what the kernel counts at its own sockets is not among them. */
    void sunk(long segments) {
        dropped(segments);
        synGate.dropped(segments);
        shared.sunk.add(segments);
    }

    /** What the kernel holds for it and has dropped, by the last look; empty before the first, and where it is not told. */
    Optional<AcceptQueue> queue() {
        return sockets().queue(dropped.get());
    }

    /** Connections turned away so far for this reason. */
    public long refusals(RefusalReason reason) {
        return refused.get(reason.ordinal());
    }

    /** What it did so far and is now. */
    public ListenerView view() {
        Map<RefusalReason, Long> byReason = new EnumMap<>(RefusalReason.class);
        for (RefusalReason reason : RefusalReason.values()) {
            byReason.put(reason, refusals(reason));
        }
        return new ListenerView(
                name(),
                bound(),
                sockets().size(),
                upstream().name(),
                settings().rules(),
                synGate.kind().orElse(pauses() ? "accept-pause" : "accept-reset"),
                exposure().reaches(),
                sockets().accepting(),
                accepted.get(),
                active.get(),
                Map.copyOf(byReason));
    }
}
