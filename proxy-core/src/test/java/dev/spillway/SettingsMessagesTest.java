package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.fixture.Settings;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.relay.RelaySettings;
import dev.spillway.security.ListenerRules;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import dev.spillway.upstream.UpstreamSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each value out of range is told by its name, with what was expected. */
class SettingsMessagesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static RelaySettings relay(long budget, int min, int max, Duration idle, Duration half, int buffer) {
        return new RelaySettings(
                budget, min, max, idle, Duration.ZERO, half, true, true, buffer, buffer, buffer, buffer, 64 << 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -512, 511, 513, 1000, 256, 2 << 20, Integer.MIN_VALUE})
    void buffersArePowersOfTwoWithinBounds(int bytes) {
        assertThatThrownBy(() -> relay(1 << 22, bytes, 65536, SECOND, SECOND, 0))
                .hasMessage("min-buffer: " + bytes + " (expected: a power of two, 512 bytes to 1 MiB)");
        assertThatThrownBy(() -> relay(1 << 22, 512, bytes, SECOND, SECOND, 0))
                .hasMessage("max-buffer: " + bytes + " (expected: a power of two, 512 bytes to 1 MiB)");
    }

    @Test
    void theRelaysOtherValuesHaveTheirBounds() {
        assertThat(relay(1 << 20, 512, 1 << 20, Duration.ZERO, Duration.ZERO, 0).maxBuffer())
                .isEqualTo(1 << 20);
        assertThatThrownBy(() -> relay(1 << 20, 4096, 2048, SECOND, SECOND, 0))
                .hasMessage("max-buffer: 2048 (expected: min-buffer or more)");
        assertThatThrownBy(() -> relay(2047, 512, 2048, SECOND, SECOND, 0))
                .hasMessage("budget: 2047 (expected: max-buffer or more)");
        assertThatThrownBy(() -> relay(1 << 20, 512, 2048, SECOND.negated(), SECOND, 0))
                .hasMessageContaining("PT-1S")
                .hasMessageContaining("not negative; zero means never");
        assertThatThrownBy(() -> relay(1 << 20, 512, 2048, SECOND, SECOND.negated(), 0))
                .hasMessageContaining("not negative; zero means never");
        assertThatThrownBy(() -> relay(1 << 20, 512, 2048, SECOND, SECOND, -1))
                .hasMessageContaining("socket buffers -1, -1, -1, -1 (expected: not negative");
    }

    @Test
    void aPoolHasAServerAndSensibleTimes() {
        List<HostPort> servers = List.of(HostPort.parse("127.0.0.1:80"));
        assertThatThrownBy(() -> new UpstreamSettings("u", List.of(), SECOND, SECOND, SECOND))
                .hasMessage("servers: [] (expected: one at least)");
        for (Duration bad : List.of(Duration.ZERO, SECOND.negated(), Duration.ofNanos(999_999), Duration.ofDays(25))) {
            assertThatThrownBy(() -> new UpstreamSettings("u", servers, bad, SECOND, SECOND))
                    .hasMessage("connect-timeout: " + bad + " (expected: 1 ms to 24 days)");
        }
        assertThatThrownBy(() -> new UpstreamSettings("u", servers, SECOND, SECOND.negated(), SECOND))
                .hasMessage("retry-down-after: PT-1S (expected: not negative)");
        assertThatThrownBy(() -> new UpstreamSettings("u", servers, SECOND, SECOND, Duration.ZERO))
                .hasMessage("resolve-interval: PT0S (expected: positive)");
    }

    @Test
    void listenersAndThreadsHaveTheirBounds() {
        assertThatThrownBy(
                        () -> new ListenerSettings("l", HostPort.parse("127.0.0.1:80"), "u", ListenerRules.DEFAULTS, 0))
                .hasMessage("backlog: 0 (expected: positive)");
        assertThatThrownBy(() -> new TransportSettings(Optional.empty(), -1))
                .hasMessage("threads: -1 (expected: not negative)");
    }

    @Test
    void aProxyNeedsAListenerDistinctNamesAndPoolsThatExist() {
        Settings none = Settings.of(TransportKind.NIO).upstream("pool", "127.0.0.1:80");
        assertThatThrownBy(none::build).hasMessage("listeners: none (expected: one at least)");
        Settings twice = Settings.of(TransportKind.NIO)
                .listener("a", "pool")
                .listener("a", "pool")
                .upstream("pool", "127.0.0.1:80");
        assertThatThrownBy(twice::build).hasMessage("listeners: [a, a] (expected: distinct names)");
        Settings pools = Settings.of(TransportKind.NIO)
                .listener("a", "pool")
                .upstream("pool", "127.0.0.1:80")
                .upstream("pool", "127.0.0.1:81");
        assertThatThrownBy(pools::build).hasMessage("upstreams: [pool, pool] (expected: distinct names)");
        Settings missing = Settings.of(TransportKind.NIO).listener("a", "other").upstream("pool", "127.0.0.1:80");
        assertThatThrownBy(missing::build).hasMessage("listeners.a.upstream: other (expected: one of [pool])");
        Settings hurried = Settings.of(TransportKind.NIO)
                .listener("a", "pool")
                .upstream("pool", "127.0.0.1:80")
                .drain(SECOND.negated());
        assertThatThrownBy(hurried::build).hasMessage("drain-deadline: PT-1S (expected: not negative)");
    }

    @Test
    void aBudgetTooSmallForTheConnectionsOpensNothing() {
        Settings settings = Settings.of(TransportKind.NIO)
                .listener("a", "pool")
                .upstream("pool", "127.0.0.1:80")
                .budget(65536)
                .limits(10_000, 0);
        assertThatThrownBy(() -> Proxy.start(settings.build(), event -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget: 65536 bytes for 10000 connections");
    }
}
