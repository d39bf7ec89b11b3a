package dev.spillway.server;

import dev.spillway.ProxyControl;
import dev.spillway.ProxyView;
import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.RefusalReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.connection.WindowState;
import dev.spillway.control.ExemptCost;
import dev.spillway.control.FloodView;
import dev.spillway.control.PressureView;
import dev.spillway.flood.FloodDetector;
import dev.spillway.flood.KernelCounters;
import dev.spillway.flood.KernelSetup;
import dev.spillway.limit.Shortage;
import dev.spillway.listener.AcceptQueue;
import dev.spillway.listener.ListenerView;
import dev.spillway.listener.Reach;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.prune.PrunePlan;
import dev.spillway.prune.Victim;
import dev.spillway.relay.ClosedConnections;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.RoomView;
import dev.spillway.relay.SamplingView;
import dev.spillway.security.Family;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Standing;
import dev.spillway.security.Toggle;
import dev.spillway.security.Verdict;
import dev.spillway.syngate.SynGateView;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.UpstreamView;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.LongStream;

/** A proxy that only shows: everything has a value of its own, so that a mix-up is seen. Fields may be set by a test. */
public final class FakeProxy implements ProxyView, ProxyControl {
    public static final Map<Signal, Watermarks> MARKS = Map.of(
            Signal.HEAP, new Watermarks(0.75, 0.8, 0.9),
            Signal.LEDGER, new Watermarks(0.7, 0.8, 0.9),
            Signal.CONNECTIONS, new Watermarks(0.8, 0.85, 0.95));

    public volatile State state = State.RUNNING;
    public volatile PressureView pressure = pressure(0.93);
    public volatile FloodView flood = flood(Optional.empty());
    public volatile List<UpstreamView> upstreams = List.of(upstream("10.0.0.1:9000"));
    public volatile List<ListenerView> listeners = twoListeners();
    public volatile int connectionCount = 3;
    public volatile RuntimeException failure;
    public volatile Function<Reading, Forecast> forecast =
            reading -> new Forecast(reading, new Watermarks(0.7, 0.8, 0.9), Optional.empty(), 118, 2);
    public volatile List<KillRecord> kills = List.of();
    public final List<ConnectionOrder> ordersAsked = new CopyOnWriteArrayList<>();
    public volatile boolean injectable = true;
    public final List<String> injected = new CopyOnWriteArrayList<>();
    public final List<List<Long>> closeAsked = new CopyOnWriteArrayList<>();
    public final AtomicInteger relaysAsked = new AtomicInteger();

    public static Evaluation evaluation(double ledger) {
        return Evaluation.of(
                List.of(
                        new Reading(Signal.HEAP, 20_000_000, 64_000_000),
                        new Reading(Signal.LEDGER, (long) (ledger * 16_000_000), 16_000_000, 1_000_000),
                        new Reading(Signal.CONNECTIONS, 120, 1000)),
                MARKS);
    }

    public static PressureView pressure(double ledger) {
        return new PressureView(
                Optional.of(evaluation(ledger)),
                Map.of(Signal.DESCRIPTORS, "/proc/self/fd: not readable here"),
                new Rates(0.2, 0.5),
                4,
                3,
                5,
                17,
                211,
                34_000_000,
                false,
                7,
                12,
                new ExemptCost(5_000_000, 16_000_000, 2, Optional.of("office")));
    }

    public static UpstreamView upstream(String address) {
        return new UpstreamView(
                "backend",
                List.of(
                        new UpstreamView.ServerView("backend.internal:9000", address, true),
                        new UpstreamView.ServerView("127.0.0.1:9001", "127.0.0.1:9001", false)),
                515,
                6);
    }

    @Override
    public State state() {
        if (failure != null) {
            throw failure;
        }
        return state;
    }

    @Override
    public TransportKind transport() {
        return TransportKind.EPOLL;
    }

    @Override
    public String transportReason() {
        return "chosen by transport.kind = auto";
    }

    @Override
    public int threads() {
        return 2;
    }

    @Override
    public SecuritySettings security() {
        return SecuritySettings.of(
                        Role.SERVER,
                        Toggle.DEFAULT,
                        Toggle.DISABLED,
                        PortSet.of(List.of(new PortRange(22, 22), new PortRange(5000, 5009))))
                .generation(7);
    }

    @Override
    public NetworkMap network() {
        return NetworkMap.EMPTY;
    }

    @Override
    public PressureView pressure() {
        return pressure;
    }

    /** Each counter has a value of its own, from 1001 on; only the first listener's queue is known. */
    public static FloodView flood(Optional<FloodDetector.Flood> running) {
        KernelSetup setup = new KernelSetup(OptionalLong.of(0), OptionalLong.of(4096), OptionalLong.of(2048));
        return new FloodView(
                Optional.of(
                        new KernelCounters(LongStream.rangeClosed(1001, 1009).toArray())),
                Optional.empty(),
                setup,
                setup.warnings(Map.of("main", 1024)),
                Map.of("main", new AcceptQueue(31, 8192, 977)),
                running);
    }

    @Override
    public FloodView flood() {
        return flood;
    }

    @Override
    public Map<Signal, Watermarks> watermarks() {
        return MARKS;
    }

    @Override
    public List<ListenerView> listeners() {
        return listeners;
    }

    private static List<ListenerView> twoListeners() {
        return List.of(
                new ListenerView(
                        "main",
                        new InetSocketAddress("127.0.0.1", 8080),
                        2,
                        "backend",
                        ListenerRules.DEFAULTS,
                        "accept-pause",
                        List.of(reach("127.0.0.1", new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 7))),
                        false,
                        1234,
                        118,
                        Map.of(RefusalReason.SYN_GATE, 45L, RefusalReason.MAX_CONNECTIONS, 6L)),
                new ListenerView(
                        "office",
                        new InetSocketAddress("::1", 8081),
                        2,
                        "backend",
                        ListenerRules.DEFAULTS,
                        "accept-pause",
                        List.of(reach("::1", new Verdict(Standing.PRIVATE_PROFILE, NetworkProfile.PRIVATE, 7))),
                        true,
                        88,
                        2,
                        Map.of()));
    }

    private static Reach reach(String address, Verdict verdict) {
        Place place = Place.unknown(new InetSocketAddress(address, 0).getAddress());
        return new Reach(place, Family.of(place.address()), "the listener's profile", verdict);
    }

    @Override
    public List<UpstreamView> upstreams() {
        return upstreams;
    }

    @Override
    public RelayCounts relays() {
        relaysAsked.incrementAndGet();
        return new RelayCounts(
                120,
                118,
                3,
                0.4,
                14_880_000,
                16_000_000,
                19,
                700_000,
                800_000,
                600_000,
                0,
                4,
                Map.of(CloseReason.FINISHED, 900L, CloseReason.PRUNED, 211L),
                new RoomView(40, 4500, Map.of(Shortage.HALF_OPEN, 7L)));
    }

    @Override
    public List<ConnectionView> connections(int limit) {
        return LongStream.rangeClosed(1, Math.min(limit, connectionCount))
                .mapToObj(FakeProxy::connection)
                .toList();
    }

    @Override
    public List<ConnectionView> connections(ConnectionOrder by, int limit) {
        ordersAsked.add(by);
        return connections(limit);
    }

    @Override
    public Forecast forecast(Optional<Signal> signal, OptionalDouble level) {
        if (pressure.evaluation().isEmpty()) {
            throw new IllegalStateException("no signal has been read yet");
        }
        Signal of = signal.orElse(Signal.LEDGER);
        Reading reading = new Reading(of, Math.round(level.orElse(0.93) * 16_000_000), 16_000_000);
        return forecast.apply(reading);
    }

    /** 118 eligible connections, of which {@code victims} would go for 200 KiB. */
    public static Forecast forecast(Reading reading, Victim... victims) {
        long gain = Arrays.stream(victims).mapToLong(Victim::gain).sum();
        return new Forecast(
                reading,
                new Watermarks(0.7, 0.8, 0.9),
                Optional.of(new PrunePlan(
                        new Demand(reading.signal(), 204_800, Demand.Reach.ANYONE), List.of(victims), gain)),
                118,
                2);
    }

    /** Connection {@code id}, as a victim. */
    public static Victim victim(long id, Guilt guilt) {
        ConnectionFacts facts = connection(id).facts();
        return new Victim(facts, guilt, 5_242_880.4, facts.heldBytes());
    }

    @Override
    public List<KillRecord> kills(int limit) {
        return kills.stream().limit(limit).toList();
    }

    private static ConnectionView connection(long id) {
        InetSocketAddress client = new InetSocketAddress("127.0.0." + (id % 250 + 1), 40_000 + (int) (id % 20_000));
        boolean stalled = id % 3 == 1;
        return new ConnectionView(
                new ConnectionFacts(
                        id,
                        id % 3 == 0 ? "office" : "main",
                        SourceGroup.of(client.getAddress(), 32, 64),
                        new Verdict(
                                id % 3 == 0 ? Standing.PRIVATE_PROFILE : Standing.ELIGIBLE,
                                id % 3 == 0 ? NetworkProfile.PRIVATE : NetworkProfile.PUBLIC,
                                7),
                        id % 3 == 2 ? Phase.CONNECTING : Phase.RELAYING,
                        TimeUnit.SECONDS.toNanos(60 + id),
                        TimeUnit.MILLISECONDS.toNanos(1500),
                        stalled
                                ? new Progress(
                                        TimeUnit.SECONDS.toNanos(40),
                                        TimeUnit.SECONDS.toNanos(41),
                                        131_072,
                                        0,
                                        WindowState.ZERO)
                                : Progress.NOTHING_WAITS,
                        new Cost(3_000, stalled ? 131_072 : 0, stalled ? 90_112 : 0),
                        id % 3 == 2 ? 0 : 512,
                        90_000),
                id % 3 == 0 ? "office" : "main",
                "backend",
                client,
                new InetSocketAddress("127.0.0.1", 8080),
                id % 3 == 2 ? null : new InetSocketAddress("127.0.0.1", 9000));
    }

    /** Those that are there are closed, but for the third, whose event loop is behind. */
    @Override
    public ClosedConnections closeConnections(Collection<Long> ids) {
        closeAsked.add(List.copyOf(ids));
        return new ClosedConnections(
                ids.stream().filter(id -> id >= 1 && id <= 2).toList(),
                ids.stream().filter(id -> id < 1 || id > 3).toList(),
                ids.stream().filter(id -> id == 3).toList());
    }

    @Override
    public Map<Guilt, Long> closedByGuilt() {
        return Map.of(Guilt.STALLED, 200L, Guilt.ACTIVE, 11L);
    }

    @Override
    public SamplingView sampling() {
        return new SamplingView(true, 70_000, 250_000_000, 2, 41, 20, 58, 1, 5);
    }

    @Override
    public long kernelBytes() {
        return 42_000_000;
    }

    @Override
    public void inject(double level, Duration time) {
        if (!injectable) {
            throw new IllegalStateException("pressure.signals.injected.enabled: false");
        }
        injected.add(level + " for " + time.toSeconds() + " s");
    }

    @Override
    public void endInjection() {
        injected.add("ended");
    }

    @Override
    public String synGate() {
        return "accept-pause";
    }

    @Override
    public SynGateView synGateView() {
        return new SynGateView("accept-pause", "taken by syn-gate.kind = auto", 0.25, 3, 1, 2, 40, 4567, 1, 5);
    }

    @Override
    public int maxConnections() {
        return 1000;
    }

    @Override
    public List<Integer> pendingTasks() {
        return List.of(3, 0);
    }

    @Override
    public long controllerCpuNanos() {
        return 1_500_000_000L;
    }

    @Override
    public long controllerFailures() {
        return 1;
    }

    @Override
    public ByteBufAllocatorMetricProvider bufferPool() {
        return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public long poolBytes() {
        return 15_000_000;
    }
}
