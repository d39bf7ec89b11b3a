package dev.spillway.signal;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.Relays;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** The sources of all signals that are watched. Owns them. For the controller's thread alone, but for the making. */
public final class SignalSources implements AutoCloseable {
    private final Relays relays;
    private final IntSupplier maxForEligible;
    private List<SignalSource> sources = List.of();

    private SignalSources(Relays relays, IntSupplier maxForEligible) {
        this.relays = relays;
        this.maxForEligible = maxForEligible;
    }

    /**
     * The sources that {@code settings} ask for.
     *
     * @param maxForEligible the most connections at which one more that is eligible is taken, now. That is the limit of
     *     {@link Signal#CONNECTIONS}, for what is short at that point is room for those newcomers
     */
    public static SignalSources of(PressureSettings settings, Relays relays, IntSupplier maxForEligible) {
        SignalSources made = new SignalSources(relays, maxForEligible);
        made.watch(settings);
        return made;
    }

    /** Watches what {@code settings} ask for: a source that stays keeps what it knows, one that is not asked for is closed. */
    public void watch(PressureSettings settings) {
        List<SignalSource> next = new ArrayList<>();
        settings.watermarks().forEach((signal, marks) -> next.add(source(signal, marks)));
        List<SignalSource> before = sources;
        sources = List.copyOf(next);
        before.stream().filter(source -> !next.contains(source)).forEach(SignalSource::close);
    }

    private SignalSource source(Signal signal, Watermarks marks) {
        for (SignalSource source : sources) {
            if (source.signal() == signal) {
                source.highMark(marks.high());
                return source;
            }
        }
        return switch (signal) {
            case HEAP -> new HeapSource(marks.high(), relays::active);
            case DIRECT -> new GaugeSource(signal, DirectMemory.used(relays), DirectMemory::limit);
            case LEDGER -> new GaugeSource(signal, relays.budget()::held, relays.budget()::ordinaryBytes);
            case DESCRIPTORS -> new DescriptorSource();
            case KERNEL_TCP, CONTAINER_TCP, CONTAINER, STALL, INJECTED ->
                throw new UnsupportedOperationException(signal + " (no source yet)");
            case CONNECTIONS -> new GaugeSource(signal, relays::active, maxForEligible::getAsInt);
        };
    }

    /** All readings that are to be had now. */
    public List<Reading> read() {
        List<Reading> readings = new ArrayList<>(sources.size());
        for (SignalSource source : sources) {
            source.read().ifPresent(readings::add);
        }
        return readings;
    }

    /** The source of one signal, which has to be watched. */
    public SignalSource of(Signal signal) {
        return sources.stream()
                .filter(source -> source.signal() == signal)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(signal + " (expected: a signal that is watched)"));
    }

    /** Signals that are watched and can't be read here, with the reason. */
    public Map<Signal, String> unavailable() {
        Map<Signal, String> reasons = new EnumMap<>(Signal.class);
        for (SignalSource source : sources) {
            source.unavailable().ifPresent(reason -> reasons.put(source.signal(), reason));
        }
        return reasons;
    }

    @Override
    public void close() {
        sources.forEach(SignalSource::close);
    }
}
