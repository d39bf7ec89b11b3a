package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.relay.Relays;
import dev.spillway.security.Arrival;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.security.Verdict;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.Transport;
import dev.spillway.upstream.Upstream;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address at which connections come in: one socket for each event loop where the transport lets them share the
 * address, so that a connection stays on the event loop that accepted it; else one socket whose connections are dealt out
 * in turn. Owns its sockets. Methods may be called on any thread.
 */
public final class Listener {
    private final ListenerSettings settings;
    private final Shared shared;
    private final Upstream upstream;
    private final List<Admission> sockets = new ArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong active = new AtomicLong();
    private final AtomicLongArray refused = new AtomicLongArray(RefusalReason.values().length);
    private volatile double synDropRate;
    private volatile InetSocketAddress bound;
    private volatile @Nullable Exposure exposure;

    /**
     * What all listeners share.
     *
     * @param transport makes the sockets
     * @param relays takes what is admitted
     * @param policy the limits and settings that admission goes by
     * @param security the settings in force at the moment of asking
     * @param surroundings where the local addresses are
     */
    public record Shared(
            Transport transport,
            Relays relays,
            AdmissionPolicy policy,
            Supplier<SecuritySettings> security,
            Surroundings surroundings) {}

    private Listener(ListenerSettings settings, Shared shared, Upstream upstream) {
        this.settings = settings;
        this.shared = shared;
        this.upstream = upstream;
        this.bound = new InetSocketAddress(settings.bind().port());
    }

    /**
     * Binds a listener's sockets; it does not accept before {@link #open}. May block to look a name up.
     *
     * @throws IOException if the address can't be bound; nothing is left open
     */
    public static Listener bind(ListenerSettings settings, Shared shared, Upstream upstream) throws IOException {
        Listener listener = new Listener(settings, shared, upstream);
        try {
            listener.bind(address(settings.bind()));
            return listener;
        } catch (IOException | RuntimeException failure) {
            listener.close();
            throw failure;
        }
    }

    private static InetSocketAddress address(HostPort bind) throws UnknownHostException {
        return bind.host().equals("*")
                ? new InetSocketAddress(bind.port())
                : new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port());
    }

    private void bind(InetSocketAddress address) throws IOException {
        List<EventLoop> loops = shared.transport.loops();
        if (!shared.transport.sharesPorts()) {
            bind(address, loops.get(0), loops);
            return;
        }
        refuseToShareWithStrangers(address);
        InetSocketAddress next = address;
        for (EventLoop loop : loops) {
            bind(next, loop, List.of(loop));
            // With port 0 the first socket takes a free one, and the others share it.
            next = new InetSocketAddress(address.getAddress(), bound.getPort());
        }
    }

    /**
     * Sockets that may share an address share it with every process of the same user that allows it, a second proxy
     * started by mistake too: each would get a part of the connections, and no one would be told. So the address is first
     * tried with a socket that does not share.
     */
    private static void refuseToShareWithStrangers(InetSocketAddress address) throws IOException {
        if (address.getPort() != 0) {
            try (Socket alone = new Socket()) {
                alone.setReuseAddress(true);
                alone.bind(address);
            }
        }
    }

    private void bind(InetSocketAddress address, EventLoop loop, List<EventLoop> children) throws IOException {
        ServerChannel channel = shared.transport.newServerSocket();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, settings.backlog());
        Admission admission = new Admission(this, channel, children);
        sockets.add(admission);
        channel.pipeline().addLast(admission);
        await(loop.register(channel));
        await(channel.bind(address));
        bound = (InetSocketAddress) channel.localAddress();
    }

    private static void await(ChannelFuture step) throws IOException {
        step.awaitUninterruptibly();
        Throwable cause = step.cause();
        if (cause instanceof IOException failure) {
            throw failure;
        }
        if (cause != null) {
            throw new IOException(cause);
        }
    }

    /** Begins to accept. */
    public void open() {
        sockets.forEach(socket -> socket.resume(Admission.Pause.NOT_OPEN));
    }

    /** Closes the sockets and waits until they are closed; connections that were admitted go on. */
    public void close() {
        List<ChannelFuture> closing = sockets.stream().map(Admission::close).toList();
        closing.forEach(ChannelFuture::awaitUninterruptibly);
    }

    /** The name it has in the configuration. */
    public String name() {
        return settings.name();
    }

    /** Where it listens. */
    public InetSocketAddress bound() {
        return bound;
    }

    /** The verdict on a connection that has just come in (S11). */
    Verdict judge(InetSocketAddress client, InetSocketAddress local) {
        return SecurityPolicy.judge(
                shared.security.get(),
                Arrival.of(
                        client.getAddress(),
                        shared.surroundings.place(local.getAddress()),
                        local.getPort(),
                        settings.rules()));
    }

    /** How far MPP may act on it now. */
    Exposure exposure() {
        SecuritySettings security = shared.security.get();
        NetworkMap network = shared.surroundings.map();
        Exposure last = exposure;
        if (last == null || !last.isOf(security, network)) {
            last = Exposure.of(security, network, bound(), settings.rules());
            exposure = last;
        }
        return last;
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

    double synDropRate() {
        return synDropRate;
    }

    ListenerSettings settings() {
        return settings;
    }

    Shared shared() {
        return shared;
    }

    Upstream upstream() {
        return upstream;
    }

    void admitted() {
        accepted.incrementAndGet();
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    void refused(RefusalReason reason) {
        refused.incrementAndGet(reason.ordinal());
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
                sockets.size(),
                upstream.name(),
                settings.rules(),
                pauses() ? "accept-pause" : "accept-reset",
                exposure().reaches(),
                sockets.stream().anyMatch(Admission::accepting),
                accepted.get(),
                active.get(),
                Map.copyOf(byReason));
    }
}
