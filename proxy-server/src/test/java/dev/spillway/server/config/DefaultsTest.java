package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spillway.listener.ListenerSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.Relay;
import dev.spillway.relay.RelaySettings;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.server.admin.AdminSettings;
import dev.spillway.server.events.EventFileSettings;
import dev.spillway.server.events.EventSettings;
import dev.spillway.syngate.GateKind;
import dev.spillway.syngate.SynGateSettings;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import dev.spillway.upstream.UpstreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** Every default, and every key set to something else. */
class DefaultsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    Sample sample;

    @BeforeEach
    void write() {
        sample = new Sample(folder);
    }

    @Test
    void theSmallestFileHasEveryDefault() {
        SpillwaySettings settings = sample.settingsWith("");
        assertThat(settings.warnings()).isEmpty();
        var proxy = settings.proxy();
        assertThat(proxy.listeners())
                .containsExactly(new ListenerSettings(
                        "main", new HostPort("127.0.0.1", 8080), "backend", ListenerRules.DEFAULTS, 4096));
        assertThat(proxy.upstreams())
                .containsExactly(new UpstreamSettings(
                        "backend",
                        List.of(new HostPort("127.0.0.1", 9000)),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10)));
        assertThat(proxy.transport()).isEqualTo(new TransportSettings(Optional.empty(), 0, true));
        assertThat(proxy.relay())
                .isEqualTo(new RelaySettings(
                        256 * MIB,
                        2048,
                        32768,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(2),
                        true,
                        true,
                        0,
                        0,
                        65536,
                        16 * 1024,
                        64 << 10));
        assertThat(proxy.limits().maxConnections()).isEqualTo((20_000 - 256) / 2);
        assertThat(proxy.limits().exemptReserve()).isEqualTo(0.1);
        assertThat(proxy.limits().maxHalfOpen()).isZero();
        assertThat(proxy.limits().mostHalfOpen()).isEqualTo(8884 / 2);
        assertThat(proxy.security()).isEqualTo(SecuritySettings.DEFAULTS);
        assertThat(proxy.pressure().interval()).hasMillis(100);
        assertThat(proxy.pressure().epoch()).hasMillis(50);
        assertThat(proxy.pressure().alertInterval()).hasMillis(5);
        assertThat(proxy.pressure().grace()).hasSeconds(10);
        assertThat(proxy.pressure().restraint()).isTrue();
        assertThat(proxy.pressure().exemptBudget()).isEqualTo(128 * MIB);
        assertThat(proxy.pressure().sources()).isEqualTo(SignalOrigins.FOUND);
        assertThat(proxy.pressure().watermarks())
                .isEqualTo(Map.of(
                        Signal.HEAP, new Watermarks(0.80, 0.88, 0.92),
                        Signal.DIRECT, new Watermarks(0.70, 0.80, 0.90),
                        Signal.LEDGER, new Watermarks(0.70, 0.80, 0.90),
                        Signal.KERNEL_TCP, new Watermarks(0.45, 0.52, 0.60),
                        Signal.CONTAINER_TCP, new Watermarks(0.60, 0.70, 0.80),
                        Signal.DESCRIPTORS, new Watermarks(0.80, 0.88, 0.95),
                        Signal.CONNECTIONS, new Watermarks(0.80, 0.88, 0.95)));
        assertThat(proxy.prune())
                .isEqualTo(new PruneSettings(Duration.ofMillis(250), Duration.ofSeconds(30), 1000, 32, 64));
        assertThat(proxy.synGate()).isEqualTo(new SynGateSettings(SynGateSettings.Refusal.PAUSE));
        assertThat(proxy.drainDeadline()).hasSeconds(30);
        assertThat(settings.admin())
                .isEqualTo(new AdminSettings(
                        true, new HostPort("127.0.0.1", 9901), Optional.empty(), Map.of(), 64, Duration.ofSeconds(30)));
        assertThat(settings.events()).isEqualTo(new EventSettings(1000));
        assertThat(settings.log()).isEqualTo(new LogSettings(Level.INFO, LogSettings.Format.TEXT));
    }

    @Test
    void everyKeyCanBeSet() {
        SpillwaySettings settings = sample.settingsWith("""
                  listener-defaults { profile = private, backlog = 5, defer-accept = 2s, connect-at-first-byte = true }
                  upstream-defaults { connect-timeout = 1s, retry-down-after = 0, resolve-interval = 1m }
                  listeners.other { bind = "*:8081", upstream = pool, profile = public, backlog = 6, defer-accept = 0, connect-at-first-byte = false }
                  upstreams.pool { servers = ["[::1]:1", "Name:2"], connect-timeout = 2s, retry-down-after = 3s,
                    resolve-interval = 4s }
                  transport { kind = nio, threads = 3, unpaced-loopback = false }
                  relay { min-buffer = 1KiB, max-buffer = 4k, idle-timeout = 0, first-byte-timeout = 3s, half-close-timeout = 500ms
                    tcp-no-delay = no, keep-alive = off, send-buffer = 8KiB, receive-buffer = 9KiB, initial-receive-buffer = 10KiB, notsent-lowat = 0, splice-chunk = 12KiB }
                  memory.budget = 1MiB
                  limits { max-connections = 10, exempt-reserve = 0, max-half-open = 3 }
                  pressure { interval = 1ms, epoch = 2ms, grace = 0, restraint = no, exempt-budget = 5MiB, signals {
                    heap.enabled = false
                    kernel-tcp { enabled = true, limit = 64MiB }
                    container-tcp.limit = 1GiB
                    container { enabled = true, low = 0.3, reentry = 0.4, high = 0.5 }
                    stall.enabled = yes
                    injected { enabled = true, file = level.txt }
                    direct { low = 0.1, reentry = 0.2, high = 0.2 } } }
                  prune { stall-after = 1s, slow-after = 1m, max-per-epoch = 1, source-prefix-v4 = 24, source-prefix-v6 = 0 }
                  syn-gate { kind = kernel-filter, refusal = reset }
                  security { role = client, mpp = enabled, profiles = disabled, port-exemptions = [22, "5000-5009", "443"] }
                  drain.deadline = 0
                  admin { enabled = no, bind = "*:1", token = s3cret, tokens { al-ice = a1, ci = 7, gone = null }, max-connections = 1, idle-timeout = 1s }
                  events { history = 1, file { path = "var/e.jsonl", max-size = 64KiB, keep = 0 } }
                  log { level = trace, format = json }""");
        var proxy = settings.proxy();
        assertThat(proxy.listeners())
                .containsExactly(
                        new ListenerSettings(
                                "main",
                                new HostPort("127.0.0.1", 8080),
                                "backend",
                                ListenerRules.of(NetworkProfile.PRIVATE),
                                5,
                                Duration.ofSeconds(2),
                                true),
                        new ListenerSettings(
                                "other", new HostPort("*", 8081), "pool", ListenerRules.of(NetworkProfile.PUBLIC), 6));
        assertThat(proxy.upstreams())
                .containsExactly(
                        new UpstreamSettings(
                                "backend",
                                List.of(new HostPort("127.0.0.1", 9000)),
                                Duration.ofSeconds(1),
                                Duration.ZERO,
                                Duration.ofMinutes(1)),
                        new UpstreamSettings(
                                "pool",
                                List.of(new HostPort("::1", 1), new HostPort("name", 2)),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4)));
        assertThat(proxy.transport()).isEqualTo(new TransportSettings(Optional.of(TransportKind.NIO), 3, false));
        assertThat(proxy.relay())
                .isEqualTo(new RelaySettings(
                        MIB,
                        1024,
                        4096,
                        Duration.ZERO,
                        Duration.ofSeconds(3),
                        Duration.ofMillis(500),
                        false,
                        false,
                        8192,
                        9216,
                        10240,
                        0,
                        12 << 10));
        assertThat(proxy.limits().maxConnections()).isEqualTo(10);
        assertThat(proxy.limits().exemptReserve()).isZero();
        assertThat(proxy.limits().maxHalfOpen()).isEqualTo(3);
        assertThat(proxy.pressure().interval()).hasMillis(1);
        assertThat(proxy.pressure().epoch()).hasMillis(2);
        assertThat(proxy.pressure().alertInterval()).hasMillis(1);
        assertThat(proxy.pressure().grace()).isZero();
        assertThat(proxy.pressure().restraint()).isFalse();
        assertThat(proxy.pressure().exemptBudget()).isEqualTo(5 * MIB);
        assertThat(proxy.pressure().watermarks())
                .doesNotContainKey(Signal.HEAP)
                .containsEntry(Signal.DIRECT, new Watermarks(0.1, 0.2, 0.2))
                .containsEntry(Signal.CONTAINER, new Watermarks(0.3, 0.4, 0.5))
                .containsEntry(Signal.STALL, new Watermarks(0.1, 0.15, 0.25))
                .containsEntry(Signal.INJECTED, new Watermarks(0.7, 0.8, 0.9));
        assertThat(proxy.pressure().sources())
                .isEqualTo(new SignalOrigins(
                        Map.of(Signal.KERNEL_TCP, 64 * MIB, Signal.CONTAINER_TCP, 1024 * MIB),
                        Optional.of(folder.resolve("level.txt")),
                        Set.of(Signal.KERNEL_TCP, Signal.CONTAINER, Signal.STALL, Signal.INJECTED)));
        assertThat(proxy.prune()).isEqualTo(new PruneSettings(Duration.ofSeconds(1), Duration.ofMinutes(1), 1, 24, 0));
        assertThat(proxy.synGate())
                .isEqualTo(new SynGateSettings(Optional.of(GateKind.KERNEL_FILTER), SynGateSettings.Refusal.RESET));
        assertThat(proxy.security())
                .isEqualTo(SecuritySettings.of(
                        Role.CLIENT,
                        Toggle.ENABLED,
                        Toggle.DISABLED,
                        PortSet.of(
                                List.of(new PortRange(22, 22), new PortRange(443, 443), new PortRange(5000, 5009)))));
        assertThat(proxy.drainDeadline()).isZero();
        assertThat(settings.admin())
                .isEqualTo(new AdminSettings(
                        false,
                        new HostPort("*", 1),
                        Optional.of("s3cret"),
                        Map.of("al-ice", "a1", "ci", "7"),
                        1,
                        Duration.ofSeconds(1)));
        assertThat(settings.events())
                .isEqualTo(
                        new EventSettings(1, Optional.of(new EventFileSettings(Path.of("var/e.jsonl"), 64 * 1024, 0))));
        assertThat(settings.log()).isEqualTo(new LogSettings(Level.TRACE, LogSettings.Format.JSON));
    }

    @Test
    void anEventFileNeedsItsPathOnly() {
        assertThat(sample.settingsWith("  events.file.path = /var/log/events")
                        .events()
                        .file())
                .contains(new EventFileSettings(Path.of("/var/log/events"), 10 * MIB, 5));
    }

    @ParameterizedTest
    @CsvSource({
        "true, ENABLED",
        "false, DISABLED",
        "\"true\", ENABLED",
        "enabled, ENABLED",
        "disabled, DISABLED",
        "default, DEFAULT"
    })
    void aDryRunMayBeSaidAsASwitchOrAsATruth(String written, Toggle meant) {
        SpillwaySettings settings = sample.settingsWith("  security.mpp-dry-run = " + written);
        assertThat(settings.proxy().security().mppDryRun()).isEqualTo(meant);
    }

    @Test
    void aSmallHeapBoundsConnectionsBeforeDescriptorsDo() throws InvalidConfiguration {
        Path file = sample.write("spillway.conf", Sample.MINIMAL + "}");
        SpillwaySettings settings = ConfigurationFile.read(file, new ProcessLimits(64 * MIB, 64 * MIB, Long.MAX_VALUE));
        assertThat(settings.proxy().limits().maxConnections()).isEqualTo((int) (32 * MIB / Relay.FIXED_COST_BYTES));
        assertThat(settings.proxy().relay().budgetBytes()).isEqualTo(32 * MIB);
    }

    @Test
    void aProcessWithHardlyAnyDescriptorsHasOneConnectionAtLeast() throws InvalidConfiguration {
        Path file = sample.write("spillway.conf", Sample.MINIMAL + "}");
        SpillwaySettings settings = ConfigurationFile.read(file, new ProcessLimits(64 * MIB, 64 * MIB, 100));
        assertThat(settings.proxy().limits().maxConnections()).isEqualTo(1);
    }

    @Test
    void connectionsAreNoMoreThanASmallBudgetHasSparesFor() throws Exception {
        SpillwaySettings settings = sample.settingsWith("  memory.budget = 64KiB");
        assertThat(settings.proxy().limits().maxConnections()).isEqualTo(512);
    }

    @Test
    void directMemoryTooSmallForOneBufferIsAProblem() {
        Path file = sample.write("spillway.conf", Sample.MINIMAL + "}");
        assertThat(catchThrowable(() -> ConfigurationFile.read(file, new ProcessLimits(60_000, 64 * MIB, 1000))))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(
                        "spillway.memory.budget = 0 (expected: relay.max-buffer, which is 32KiB, to 43.9KiB");
    }

    @Test
    void whatLooksUnintendedIsAWarning() {
        SpillwaySettings settings = sample.settingsWith("""
                  limits.max-connections = 10000
                  upstreams.spare { servers = ["a:1", "a:1"] }""");
        assertThat(settings.warnings())
                .hasSize(3)
                .anySatisfy(warning -> assertThat(warning)
                        .contains("spillway.conf:4: spillway.limits.max-connections = 10000 needs more than the 20000"
                                + " descriptors this process may open, two a connection: 9872 fit"))
                .anySatisfy(warning -> assertThat(warning)
                        .contains("spillway.conf:5: spillway.upstreams.spare is used by no listener"))
                .anySatisfy(warning -> assertThat(warning)
                        .contains("spillway.conf:5: spillway.upstreams.spare.servers names a server twice"));
    }

    @Test
    void theLimitsOfThisProcessAreReal() {
        ProcessLimits limits = ProcessLimits.ofThisProcess();
        assertThat(limits.directBytes()).isPositive();
        assertThat(limits.heapBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(limits.descriptors()).isPositive();
    }
}
