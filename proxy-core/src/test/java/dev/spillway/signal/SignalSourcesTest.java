package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sources together: which are kept, which are closed, and what a broken one does to the others. */
class SignalSourcesTest {
    private static final Watermarks MARKS = new Watermarks(0.5, 0.6, 0.7);

    private final List<Plain> made = new ArrayList<>();
    private boolean makerBroken;

    private static final class Plain implements SignalSource {
        private final Signal signal;
        private boolean open = true;
        private boolean broken;
        private double high;

        Plain(Signal signal, double high) {
            this.signal = signal;
            this.high = high;
        }

        @Override
        public Signal signal() {
            return signal;
        }

        @Override
        public Optional<Reading> read() {
            if (broken) {
                throw new IllegalStateException("a source that is broken");
            }
            return Optional.of(new Reading(signal, 1, 2));
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        public void highMark(double mark) {
            high = mark;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private SignalSource make(Signal signal, Watermarks marks, SignalOrigins origins) {
        if (makerBroken) {
            throw new IllegalStateException("a maker that is broken");
        }
        Plain source = new Plain(signal, marks.high());
        made.add(source);
        return source;
    }

    private static PressureSettings settings(SignalOrigins origins, Watermarks marks, Signal... signals) {
        Map<Signal, Watermarks> watermarks = new EnumMap<>(Signal.class);
        for (Signal signal : signals) {
            watermarks.put(signal, marks);
        }
        Duration second = Duration.ofSeconds(1);
        return new PressureSettings(second, second, second, second, watermarks, origins, false, 0);
    }

    private static PressureSettings settings(Signal... signals) {
        return settings(SignalOrigins.FOUND, MARKS, signals);
    }

    private static Set<Signal> read(SignalSources sources) {
        return Set.copyOf(sources.read().stream().map(Reading::signal).toList());
    }

    @Test
    void aSourceThatStaysIsKeptAndToldItsMarkAndOneThatGoesIsClosed() {
        try (SignalSources sources = SignalSources.of(settings(Signal.HEAP, Signal.DIRECT), this::make)) {
            sources.watch(settings(SignalOrigins.FOUND, new Watermarks(0.5, 0.6, 0.9), Signal.HEAP, Signal.LEDGER));
            assertThat(made).hasSize(3);
            assertThat(made)
                    .filteredOn(each -> !each.open)
                    .extracting(each -> each.signal)
                    .containsExactly(Signal.DIRECT);
            assertThat(made)
                    .filteredOn(each -> each.signal == Signal.HEAP)
                    .extracting(each -> each.high)
                    .containsExactly(0.9);
            assertThat(read(sources)).containsExactlyInAnyOrder(Signal.HEAP, Signal.LEDGER);
        }
        assertThat(made).noneMatch(each -> each.open);
    }

    @Test
    void aSourceThatIsFoundElsewhereNowIsMadeAnewAndTheOldOneClosed() {
        Signal[] both = {Signal.KERNEL_TCP, Signal.INJECTED};
        try (SignalSources sources = SignalSources.of(settings(both), this::make)) {
            sources.watch(settings(new SignalOrigins(Map.of(Signal.KERNEL_TCP, 5L), Optional.empty()), MARKS, both));
            assertThat(made).hasSize(3);
            sources.watch(settings(
                    new SignalOrigins(Map.of(Signal.KERNEL_TCP, 5L), Optional.of(Path.of("/x"))), MARKS, both));
            assertThat(made).hasSize(4);
            sources.watch(settings(
                    new SignalOrigins(Map.of(Signal.KERNEL_TCP, 5L), Optional.of(Path.of("/x")), Set.of(both)),
                    MARKS,
                    both));
            assertThat(made).hasSize(4);
            assertThat(made).filteredOn(each -> each.open).hasSize(2);
        }
    }

    @Test
    void aSourceThatThrowsIsUnavailableAndTheOthersAreRead() {
        try (SignalSources sources = SignalSources.of(settings(Signal.HEAP, Signal.DIRECT), this::make)) {
            Plain heap = made.stream()
                    .filter(each -> each.signal == Signal.HEAP)
                    .findFirst()
                    .orElseThrow();
            heap.broken = true;
            assertThat(read(sources)).containsExactly(Signal.DIRECT);
            assertThat(sources.unavailable())
                    .isEqualTo(Map.of(
                            Signal.HEAP,
                            "could not be read: java.lang.IllegalStateException: a source that is broken"));
            heap.broken = false;
            assertThat(read(sources)).contains(Signal.HEAP);
            assertThat(sources.unavailable()).isEmpty();
            heap.broken = true;
            sources.read();
            sources.watch(settings(Signal.DIRECT));
            assertThat(sources.unavailable()).isEmpty();
        }
    }

    @Test
    void aSourceThatCannotBeMadeOnReloadIsUnavailableAndMadeWithTheNext() {
        try (SignalSources sources = SignalSources.of(settings(Signal.HEAP), this::make)) {
            makerBroken = true;
            sources.watch(settings(Signal.HEAP, Signal.DIRECT));
            assertThat(read(sources)).containsExactly(Signal.HEAP);
            assertThat(sources.unavailable())
                    .isEqualTo(Map.of(
                            Signal.DIRECT,
                            "can't be watched: java.lang.IllegalStateException: a maker that is broken"));
            makerBroken = false;
            sources.watch(settings(Signal.HEAP, Signal.DIRECT));
            assertThat(read(sources)).containsExactlyInAnyOrder(Signal.HEAP, Signal.DIRECT);
            assertThat(sources.unavailable()).isEmpty();
        }
    }
}
