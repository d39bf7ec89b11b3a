package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Settings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.transport.TransportKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A running proxy that is told how short memory is. */
@Timeout(30)
class InjectionTest {
    private static final Watermarks MARKS = new Watermarks(0.5, 0.6, 0.7);

    private static Proxy start(Signal signal) throws Exception {
        Settings settings = Settings.of(TransportKind.NIO)
                .upstream("pool", "127.0.0.1:9")
                .listener("web", "pool")
                .watermarks(Map.of(signal, MARKS));
        return Proxy.start(settings.build(), event -> {});
    }

    @Test
    void aLevelThatIsInjectedIsActedOnUntilItIsEndedAndIsUnavailableOtherwise() throws Exception {
        try (Proxy proxy = start(Signal.INJECTED)) {
            assertThat(proxy.pressure().unavailable())
                    .isEqualTo(Map.of(Signal.INJECTED, "nothing is set, and there is no file"));
            proxy.inject(0.97, Duration.ofMinutes(1));
            await().until(() -> proxy.pressure().episode() == 1);
            assertThat(proxy.pressure().evaluation().orElseThrow().worst().level())
                    .isBetween(0.969, 0.971);
            proxy.endInjection();
            await().until(() -> proxy.pressure().episode() == 0);
            assertThat(proxy.pressure().unavailable()).containsKey(Signal.INJECTED);
            assertThat(proxy.controllerFailures()).isZero();
        }
    }

    @Test
    void aLevelThatIsInjectedEndsByItself() throws Exception {
        try (Proxy proxy = start(Signal.INJECTED)) {
            proxy.inject(1, Duration.ofSeconds(1));
            await().until(() ->
                    proxy.pressure().episodes() == 1 && proxy.pressure().episode() == 0);
        }
    }

    @Test
    void aSignalThatIsNotWatchedTakesNoLevelAndOneOutOfRangeIsRefused() throws Exception {
        try (Proxy proxy = start(Signal.LEDGER)) {
            assertThatThrownBy(() -> proxy.inject(0.5, Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("pressure.signals.injected.enabled: false (expected: true, to have a level injected)");
        }
        try (Proxy proxy = start(Signal.INJECTED)) {
            assertThatThrownBy(() -> proxy.inject(97, Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level: 97.0 (expected: a share, 0 to 1)");
        }
    }
}
