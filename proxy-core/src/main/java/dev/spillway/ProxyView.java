package dev.spillway;

import dev.spillway.control.FloodView;
import dev.spillway.control.PressureView;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.SamplingView;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.syngate.SynGateView;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.UpstreamView;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a running proxy shows of itself. Every method may be called on any thread, returns at once, and takes its figures
 * without stopping an event loop, so that figures of one answer may be apart by what happened meanwhile.
 */
public interface ProxyView {
    /** How far the proxy is. */
    enum State {
        /** Not every listener is bound yet. */
        STARTING,
        /** Takes connections. */
        RUNNING,
        /** Takes no more connections and waits for those it has. */
        DRAINING,
        /** Over. */
        CLOSED
    }

    /** How far the proxy is. */
    State state();

    /** The transport in use. */
    TransportKind transport();

    /** Why that transport was taken, in a sentence's part: {@code "chosen by transport.kind = auto"}. */
    String transportReason();

    /** How many event loops there are. */
    int threads();

    /** The settings that judge connections accepted from now on. */
    SecuritySettings security();

    /** The local addresses of this machine, as far as they are known, each with the profile that was found for it. */
    NetworkMap network();

    /** What is short, if anything, and what is done about it. */
    PressureView pressure();

    /** What the kernel says of connections that come in, and of floods of SYNs. */
    FloodView flood();

    /** The marks of each signal that is watched; one that is switched off is not there. */
    Map<Signal, Watermarks> watermarks();

    /** All listeners, in the order of the configuration. */
    List<ListenerView> listeners();

    /** All pools, in the order of the configuration. */
    List<UpstreamView> upstreams();

    /** What the relays did and hold. */
    RelayCounts relays();

    /**
     * Live connections, costliest first.
     *
     * @param limit how many at most; positive
     */
    List<ConnectionView> connections(int limit);

    /**
     * Live connections in the given order.
     *
     * @param limit how many at most; positive
     */
    List<ConnectionView> connections(ConnectionOrder by, int limit);

    /**
     * Who would be closed for a shortage, in order, without closing anybody. It takes milliseconds with many connections, so
     * not on an event loop.
     *
     * @param signal what is short; empty takes the signal that stands worst now
     * @param level where it is supposed to stand, 0..1; empty takes it as it is. From the high mark on everything is planned
     *     that brings the signal below its target; below the mark nothing is
     * @throws IllegalArgumentException if the signal is not watched or can't be read, or the level is out of its range
     * @throws IllegalStateException if nothing has been read yet
     */
    Forecast forecast(Optional<Signal> signal, OptionalDouble level);

    /**
     * Those that MPP closed last, or would have closed in a dry run, newest first; a few thousand are kept.
     *
     * @param limit how many at most; positive
     */
    List<KillRecord> kills(int limit);

    /** How many MPP has closed so far of each kind; one that is not there is 0. */
    Map<Guilt, Long> closedByGuilt();

    /** What looking at connections has cost so far, and how far it has come. */
    SamplingView sampling();

    /** What the kernel holds for all connections, by the last look at each, in bytes; 0 where it does not tell. */
    long kernelBytes();

    /** What the gate of the SYN is here: {@code kernel-filter}, {@code sinkhole}, {@code accept-pause}, {@code accept-reset}. */
    String synGate();

    /** What the gate of the SYN does now, and why it is this one. */
    SynGateView synGateView();

    /** Most connections there may be. */
    int maxConnections();

    /** Pending tasks of each event loop, by index; a loop that is behind shows here. */
    List<Integer> pendingTasks();

    /** CPU time the controller has used so far, in nanoseconds. */
    long controllerCpuNanos();

    /** Turns of the controller that failed; the log has why. 0 in a healthy proxy. */
    long controllerFailures();

    /** Direct memory of the relays' buffer pool taken from the system, in bytes, whether in use or kept for reuse. */
    long poolBytes();

    /** The relays' buffer pool, for meters. */
    ByteBufAllocatorMetricProvider bufferPool();
}
