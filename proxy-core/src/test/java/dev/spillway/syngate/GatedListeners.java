package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.ProxySettings;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Newcomer;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.flood.KernelCounters;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Arrangement;
import dev.spillway.listener.Listener;
import dev.spillway.listener.Listeners;
import dev.spillway.relay.Relays;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.Place;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.syn.SynOrder;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.Upstreams;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A real listener of two sockets in front of a service that echoes, and a gate in the kernel that is told what to keep out. */
final class GatedListeners implements AutoCloseable {
    /** The kernel sends the second SYN after a second. */
    private static final long SECOND_SYN_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final AtomicLong clock = new AtomicLong();
    /** The kernel's, which other load on this machine does not move in a test. */
    volatile Supplier<KernelCounters> counters = () -> KernelCounters.NONE;

    final Relays relays;
    final Listeners listeners;
    final ProgramGate gate;
    private final TestServer server = Clients.service();
    final Transport transport;
    private final Upstreams upstreams;

    GatedListeners(GateKind means, TransportKind kind, String bind, Place... places) throws Exception {
        ProxySettings settings = Settings.of(kind)
                .upstream("pool", server.address())
                .listener("main", bind, "pool", null)
                .build();
        transport = Transport.open(settings.transport());
        relays = new Relays(settings.relay(), settings.limits().maxConnections(), transport);
        upstreams = new Upstreams(transport);
        listeners = new Listeners(new Listener.Shared(
                transport,
                relays,
                () -> new AdmissionPolicy(settings.limits(), false, 32, 64),
                () -> SecuritySettings.DEFAULTS,
                Surroundings.fixed(NetworkMap.of(List.of(places))),
                refused,
                dropped));
        Upstreams.Arrangement pools = upstreams.arrange(settings.upstreams());
        upstreams.publish(pools);
        Arrangement arrangement = Arrangement.of(listeners, settings.listeners(), pools::named);
        arrangement.bind();
        arrangement.publish();
        listeners.open();
        gate = new ProgramGate(listeners, means, "by the test", dropped::sum, () -> counters.get(), clock::get);
    }

    void apply(SynOrder order) {
        gate.apply(order);
        gate.refresh();
    }

    InetSocketAddress at(String address) {
        return new InetSocketAddress(address, listeners.all().get(0).bound().getPort());
    }

    /**
     * How many of so many newcomers at once are kept out; empty if it took so long that some may have come in by a second SYN.
     */
    OptionalInt kept(int count, InetSocketAddress to) throws Exception {
        long began = System.nanoTime();
        long before = dropped.sum();
        List<Newcomer> newcomers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                newcomers.add(new Newcomer(to));
            }
            long in;
            do {
                gate.count();
                LockSupport.parkNanos(20_000);
                in = newcomers.stream().filter(Newcomer::connected).count();
                if (System.nanoTime() - began > SECOND_SYN_NANOS) {
                    return OptionalInt.empty();
                }
            } while (in + dropped.sum() - before < count);
            return OptionalInt.of(count - (int) in);
        } finally {
            for (Newcomer each : newcomers) {
                each.close();
            }
        }
    }

    /** Whether a newcomer gets through, rather than its SYN be dropped. */
    boolean letsIn(InetSocketAddress to) throws Exception {
        long before = dropped.sum();
        try (Newcomer newcomer = new Newcomer(to)) {
            return newcomer.settled(() -> {
                gate.count();
                return dropped.sum() > before;
            });
        }
    }

    @Override
    public void close() throws Exception {
        gate.close();
        listeners.close();
        upstreams.close();
        relays.closeAll(5_000);
        transport.close();
        server.close();
        assertThat(transport.reserve().sockets())
                .as("sockets in the descriptor reserve when all are closed")
                .isZero();
    }
}
