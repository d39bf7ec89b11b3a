package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.Reconfiguration.Change;
import dev.spillway.fixture.Settings;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Toggle;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsComparisonTest {
    private static Settings settings() {
        return Settings.of(TransportKind.NIO).upstream("pool", "127.0.0.1:9000").listener("web", "pool");
    }

    private static List<String> between(Settings before, Settings after) {
        return SettingsComparison.between(before.build(), after.build()).stream()
                .map(Change::toString)
                .toList();
    }

    @Test
    void equalSettingsDoNotDiffer() {
        assertThat(between(settings(), settings())).isEmpty();
    }

    @Test
    void everyKeyIsAsInTheConfigurationWithItsOldAndNewValue() {
        Settings after = settings()
                .budget(3 << 20)
                .idle(Duration.ofMinutes(10), Duration.ofMillis(1500))
                .sendBuffer(65536)
                .receiveBuffer(70_000)
                .limits(99, 0.25)
                .watermarks(Map.of(Signal.HEAP, new Watermarks(0.5, 0.6, 0.7)))
                .prune(new PruneSettings(Duration.ofMillis(250), Duration.ofSeconds(9), 7, 24, 56))
                .refusal(Refusal.RESET)
                .drain(Duration.ZERO);
        assertThat(between(settings(), after))
                .containsExactlyInAnyOrder(
                        "memory.budget: 8MiB -> 3MiB",
                        "relay.idle-timeout: 1m -> 10m",
                        "relay.half-close-timeout: 1m -> 1500ms",
                        "relay.send-buffer: 0 -> 64KiB",
                        "relay.receive-buffer: 0 -> 70000",
                        "limits.max-connections: 10000 -> 99",
                        "limits.exempt-reserve: 0.1 -> 0.25",
                        "pressure.signals.ledger.low: 0.5 -> none",
                        "pressure.signals.ledger.reentry: 0.6 -> none",
                        "pressure.signals.ledger.high: 0.7 -> none",
                        "pressure.signals.heap.low: none -> 0.5",
                        "pressure.signals.heap.reentry: none -> 0.6",
                        "pressure.signals.heap.high: none -> 0.7",
                        "prune.stall-after: 100ms -> 250ms",
                        "prune.slow-after: 30s -> 9s",
                        "prune.max-per-epoch: 1000 -> 7",
                        "prune.source-prefix-v4: 32 -> 24",
                        "prune.source-prefix-v6: 64 -> 56",
                        "syn-gate.refusal: pause -> reset",
                        "drain.deadline: 5s -> 0s");
    }

    @Test
    void whereSignalsAreFoundIsComparedByItsKeysAndWhoAskedForThemIsNot() {
        PressureSettings found = settings().build().pressure();
        ProxySettings now = settings().build();
        SignalOrigins told = new SignalOrigins(
                Map.of(Signal.KERNEL_TCP, 64L << 20),
                Optional.of(Path.of("/run/level")),
                Set.of(Signal.KERNEL_TCP, Signal.INJECTED));
        ProxySettings after = pressure(
                now,
                new PressureSettings(
                        found.interval(),
                        Duration.ofMillis(7),
                        found.epoch(),
                        found.grace(),
                        found.watermarks(),
                        told,
                        true,
                        1 << 20));
        assertThat(SettingsComparison.between(now, after))
                .extracting(change -> change.key() + ": " + change.before() + " -> " + change.after())
                .containsExactlyInAnyOrder(
                        "pressure.alert-interval: 5ms -> 7ms",
                        "pressure.signals.kernel-tcp.limit: none -> 64MiB",
                        "pressure.signals.injected.file: none -> /run/level",
                        "pressure.restraint: false -> true",
                        "pressure.exempt-budget: 0 -> 1MiB");
    }

    private static ProxySettings pressure(ProxySettings settings, PressureSettings pressure) {
        return new ProxySettings(
                settings.listeners(),
                settings.upstreams(),
                settings.transport(),
                settings.relay(),
                settings.limits(),
                settings.security(),
                settings.domain(),
                pressure,
                settings.prune(),
                settings.synGate(),
                settings.drainDeadline());
    }

    @Test
    void listenersAndPoolsThatComeAndGoAreOneLineEach() {
        Settings after = Settings.of(TransportKind.EPOLL)
                .upstream("other", "10.0.0.1:80", "10.0.0.2:80")
                .listener("web", "127.0.0.1:0", "other", NetworkProfile.PUBLIC)
                .listener("more", "*:8080", "other", NetworkProfile.PRIVATE);
        assertThat(between(settings(), after))
                .contains(
                        "listeners.web.upstream: pool -> other",
                        "transport.kind: nio -> epoll",
                        "upstreams.other: none -> servers [10.0.0.1:80, 10.0.0.2:80], connect-timeout 2s, retry-down-after"
                                + " 1s, resolve-interval 100ms")
                .anyMatch(line -> line.startsWith("listeners.more: none -> bind *:8080, upstream other"))
                .anyMatch(line ->
                        line.startsWith("upstreams.pool: servers [127.0.0.1:9000], ") && line.endsWith(" -> none"))
                .hasSize(5);
    }

    @Test
    void securityIsAnotherMatter() {
        assertThat(between(settings(), settings().security(UnderPressure.security(7, Toggle.DISABLED, Toggle.ENABLED))))
                .isEmpty();
    }
}
