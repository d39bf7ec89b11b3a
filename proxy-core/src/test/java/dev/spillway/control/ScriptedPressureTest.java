package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Settings;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.Relays;
import dev.spillway.signal.SignalScript;
import dev.spillway.signal.SignalSources;
import dev.spillway.syn.SynOrder;
import dev.spillway.syngate.SynGate;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop, played a script by a clock that the test moves. */
@Timeout(30)
class ScriptedPressureTest {
    private static final Watermarks MARKS = new Watermarks(0.5, 0.6, 0.8);
    private static final String SCRIPT = """
            0    kernel-tcp  100  1000
            1000 kernel-tcp  900  1000
            2000 kernel-tcp  unavailable  the file is gone
            3000 kernel-tcp  900  1000
            4000 kernel-tcp  100  1000
            """;

    private final AtomicLong clock = new AtomicLong();

    private static final class NoGate implements SynGate {
        @Override
        public String kind() {
            return "none";
        }

        @Override
        public void apply(SynOrder order) {
            assertThat(order.dropRate()).isBetween(0.0, 1.0);
        }

        @Override
        public void close() {
            // Nothing is shut.
        }
    }

    private void moveTo(long millis) {
        clock.set(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void anEpisodeBeginsAndEndsWithWhatTheKernelSaysAndASignalThatGoesEndsItToo() throws Exception {
        Transport transport = Transport.open(new TransportSettings(Optional.of(TransportKind.NIO), 1));
        Relays relays = new Relays(
                Settings.of(TransportKind.NIO)
                        .upstream("pool", "127.0.0.1:9")
                        .listener("web", "pool")
                        .build()
                        .relay(),
                10,
                transport);
        PressureSettings settings = PressureSettings.of(
                Duration.ofMillis(10), Duration.ofMillis(5), Duration.ZERO, Map.of(Signal.KERNEL_TCP, MARKS));
        SignalScript script = SignalScript.of("script", SCRIPT.lines().toList());
        try (Controller controller = new Controller(
                settings,
                new PruneSettings(Duration.ofSeconds(1), 100, 32, 64),
                new Controller.Surroundings(
                        SignalSources.of(settings, script.play(clock::get)),
                        relays,
                        new NoGate(),
                        () -> 0,
                        now -> List.of(),
                        now -> List.of(),
                        () -> false,
                        event -> {}))) {
            controller.start();
            await().until(() -> controller.view().evaluation().isPresent());
            assertThat(controller.view().episode()).isZero();
            moveTo(1000);
            await().until(() -> controller.view().episode() == 1);
            moveTo(2000);
            await().until(() -> controller.view().episode() == 0);
            assertThat(controller.view().unavailable()).isEqualTo(Map.of(Signal.KERNEL_TCP, "the file is gone"));
            moveTo(3000);
            await().until(() -> controller.view().episode() == 2);
            assertThat(controller.view().unavailable()).isEmpty();
            moveTo(4000);
            await().until(() -> controller.view().episode() == 0);
            assertThat(controller.failures()).isZero();
        } finally {
            transport.close();
        }
    }
}
