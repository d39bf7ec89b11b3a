package dev.spillway.server.config;

import dev.spillway.ProxySettings;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.RelaySettings;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.store.Layer;
import dev.spillway.server.store.LayeredSettings;
import dev.spillway.syngate.GateKind;
import dev.spillway.syngate.SynGateSettings;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Reads a configuration file. */
public final class ConfigurationFile {
    private static final int MOST_THREADS = 1024;
    private static final int MOST_PER_EPOCH = 1_000_000;
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    private ConfigurationFile() {}

    /**
     * Reads {@code file} with its includes, applies the defaults and judges the whole. Opens no socket and asks no name
     * service.
     *
     * @param limits what the process may use; some defaults and checks depend on it
     * @throws InvalidConfiguration with every problem that was found
     */
    public static SpillwaySettings read(Path file, ProcessLimits limits) throws InvalidConfiguration {
        Problems problems = new Problems();
        HoconFile hocon = HoconFile.read(file, problems);
        KnownKeys known = new KnownKeys(hocon.defaults());
        Section root =
                Section.root(new Section.Context(hocon.places(), problems, known), hocon.values(), hocon.defaults());
        Section spillway = root.block("spillway");
        @Nullable Supplier<SpillwaySettings> settings = null;
        if (hocon.topLevel().contains("spillway")) {
            settings = assembly(spillway, file, limits, problems);
        } else {
            problems.add(
                    new Place(file.toString(), 0),
                    "spillway is missing (expected: spillway { listeners { ... }, upstreams { ... } })");
        }
        root.ignore(hocon.variables());
        root.end();
        problems.throwIfAny(file.toString());
        return Objects.requireNonNull(settings).get();
    }

    /** Reads every part; they fit together only if no problem turned up, so that is left for later. */
    private static Supplier<SpillwaySettings> assembly(
            Section spillway, Path file, ProcessLimits limits, Problems problems) {
        UpstreamBlocks upstreams = UpstreamBlocks.read(spillway);
        ListenerBlocks listeners = ListenerBlocks.read(spillway, upstreams.names());
        upstreams.warnOfUnused(
                listeners.settings().stream().map(ListenerSettings::upstream).collect(Collectors.toSet()));
        TransportSettings transport = transport(spillway);
        RelaySettings relay = RelayBlock.read(spillway, limits);
        ConnectionLimits connections = LimitsBlock.read(spillway, limits, relay.budgetBytes());
        SecurityBlock security = SecurityBlock.read(spillway, file);
        PressureSettings pressure = PressureBlock.read(spillway, file, relay.budgetBytes());
        PruneSettings prune = prune(spillway);
        SynGateSettings gate = synGate(spillway);
        Duration drain = drain(spillway);
        AdminSettings admin = AdminBlock.read(spillway, listeners);
        EventSettings events = EventsBlock.read(spillway);
        LogSettings log = log(spillway);
        spillway.end();
        return () -> new SpillwaySettings(
                file,
                new ProxySettings(
                        listeners.settings(),
                        upstreams.settings(),
                        transport,
                        relay,
                        connections,
                        new LayeredSettings(security.layer(), Layer.EMPTY, Layer.EMPTY).effective(1),
                        security.domain(),
                        pressure,
                        prune,
                        gate,
                        drain),
                security.layer(),
                security.store(),
                admin,
                events,
                log,
                problems.warnings());
    }

    private static TransportSettings transport(Section spillway) {
        Section transport = spillway.block("transport");
        Map<String, Optional<TransportKind>> kinds = new LinkedHashMap<>();
        kinds.put("auto", Optional.empty());
        kinds.put("epoll", Optional.of(TransportKind.EPOLL));
        kinds.put("io_uring", Optional.of(TransportKind.IO_URING));
        kinds.put("nio", Optional.of(TransportKind.NIO));
        Optional<TransportKind> kind = transport.get("kind", Scalar.word(kinds));
        int threads = transport.get("threads", Scalar.whole(0, MOST_THREADS, "takes one for each processor"));
        boolean unpaced = transport.get("unpaced-loopback", Scalar.flag());
        transport.end();
        return new TransportSettings(kind, threads, unpaced);
    }

    private static PruneSettings prune(Section spillway) {
        Section prune = spillway.block("prune");
        Duration stall = prune.get("stall-after", Scalar.time(Duration.ofMillis(1), Duration.ofHours(1), ""));
        Duration slow = prune.get("slow-after", Scalar.time(Duration.ofMillis(1), Duration.ofHours(1), ""));
        if (prune.sound("stall-after", "slow-after") && slow.compareTo(stall) < 0) {
            prune.report("slow-after", "at least stall-after, which is " + Quantity.time(stall));
            slow = stall;
        }
        int most = prune.get("max-per-epoch", Scalar.whole(1, MOST_PER_EPOCH, ""));
        int v4 = prune.get("source-prefix-v4", Scalar.whole(0, V4_BITS, "makes one group of all clients"));
        int v6 = prune.get("source-prefix-v6", Scalar.whole(0, V6_BITS, "makes one group of all clients"));
        prune.end();
        return new PruneSettings(stall, slow, most, v4, v6);
    }

    private static SynGateSettings synGate(Section spillway) {
        Section gate = spillway.block("syn-gate");
        Optional<GateKind> kind = gate.get("kind", Scalar.word(gateKinds()));
        SynGateSettings.Refusal refusal = gate.get(
                "refusal",
                Scalar.word(Words.of("pause", SynGateSettings.Refusal.PAUSE, "reset", SynGateSettings.Refusal.RESET)));
        gate.end();
        return new SynGateSettings(kind, refusal);
    }

    private static Map<String, Optional<GateKind>> gateKinds() {
        Map<String, Optional<GateKind>> kinds = new LinkedHashMap<>();
        kinds.put("auto", Optional.empty());
        for (GateKind kind : GateKind.values()) {
            kinds.put(kind.label(), Optional.of(kind));
        }
        return kinds;
    }

    private static Duration drain(Section spillway) {
        Section drain = spillway.block("drain");
        Duration deadline = drain.get(
                "deadline", Scalar.time(Duration.ofMillis(1), Duration.ofDays(1), "closes every connection at once"));
        drain.end();
        return deadline;
    }

    private static LogSettings log(Section spillway) {
        Section log = spillway.block("log");
        Map<String, Level> levels = new LinkedHashMap<>();
        for (Level level : Level.values()) {
            levels.put(level.name().toLowerCase(Locale.ROOT), level);
        }
        Level level = log.get("level", Scalar.word(levels));
        LogSettings.Format format = log.get(
                "format", Scalar.word(Words.of("text", LogSettings.Format.TEXT, "json", LogSettings.Format.JSON)));
        log.end();
        return new LogSettings(level, format);
    }
}
