package dev.spillway.signal;

import dev.spillway.limit.LogPace;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.Relays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of all signals that are watched. Owns them. A source that fails makes its own signal unavailable, with the
 * reason, and no other. For the controller's thread alone, but for the making.
 */
public final class SignalSources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SignalSources.class);

    private final SourceMaker maker;
    private final Map<Signal, String> failed = new EnumMap<>(Signal.class);
    private final LogPace failurePace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private List<Watched> watched = List.of();

    /** A source, and what it was made from. */
    private record Watched(SignalSource source, Optional<Long> limit, Optional<Path> file) {}

    private SignalSources(SourceMaker maker) {
        this.maker = maker;
    }

    /** Makes the source of a signal. */
    public interface SourceMaker {
        /** A source of {@code signal}; one that can't be read is unavailable and does not throw. */
        SignalSource make(Signal signal, Watermarks marks, SignalOrigins origins);
    }

    /** The sources that {@code settings} ask for, with nothing that the API could inject. */
    public static SignalSources of(PressureSettings settings, Relays relays, IntSupplier maxForEligible) {
        return of(settings, relays, maxForEligible, new Injection());
    }

    /**
     * The sources that {@code settings} ask for.
     *
     * @param maxForEligible the most connections at which one more that is eligible is taken, now. That is the limit of
     *     {@link Signal#CONNECTIONS}, for what is short at that point is room for those newcomers
     * @param injection what is set of {@link Signal#INJECTED}
     */
    public static SignalSources of(
            PressureSettings settings, Relays relays, IntSupplier maxForEligible, Injection injection) {
        return of(settings, machine(relays, maxForEligible, injection));
    }

    /** Makes the real sources; the parameters are those of {@link #of(PressureSettings, Relays, IntSupplier, Injection)}. */
    public static SourceMaker machine(Relays relays, IntSupplier maxForEligible, Injection injection) {
        return new MachineSources(SystemFiles.HERE, relays, maxForEligible, injection);
    }

    /** The sources that {@code settings} ask for, made by {@code maker}: a {@link SignalScript}, a {@link SignalRecorder}. */
    public static SignalSources of(PressureSettings settings, SourceMaker maker) {
        SignalSources made = new SignalSources(maker);
        made.watch(settings);
        return made;
    }

    /**
     * Watches what {@code settings} ask for: a source that stays keeps what it knows, one that is not asked for is closed. Does
     * not throw: a source that can't be made is unavailable.
     */
    public void watch(PressureSettings settings) {
        List<Watched> next = new ArrayList<>();
        List<Watched> before = watched;
        try {
            settings.watermarks().forEach((signal, marks) -> next.add(source(signal, marks, settings.sources())));
        } catch (Error fault) {
            next.stream().filter(each -> !before.contains(each)).forEach(each -> each.source.close());
            throw fault;
        }
        watched = List.copyOf(next);
        before.stream().filter(each -> !next.contains(each)).forEach(each -> each.source.close());
        failed.keySet().retainAll(settings.watermarks().keySet());
        next.stream().filter(each -> !before.contains(each)).forEach(each -> tell(each, settings.sources()));
    }

    private Watched source(Signal signal, Watermarks marks, SignalOrigins origins) {
        Optional<Long> limit = Optional.ofNullable(origins.limits().get(signal));
        Optional<Path> file = signal == Signal.INJECTED ? origins.injected() : Optional.empty();
        for (Watched each : watched) {
            if (each.source.signal() == signal
                    && each.limit.equals(limit)
                    && each.file.equals(file)
                    && !(each.source instanceof Broken)) {
                each.source.highMark(marks.high());
                return each;
            }
        }
        return new Watched(made(signal, marks, origins), limit, file);
    }

    private SignalSource made(Signal signal, Watermarks marks, SignalOrigins origins) {
        try {
            return maker.make(signal, marks, origins);
        } catch (RuntimeException fault) {
            log.error("signal {} can't be watched", signal.label(), fault);
            return new Broken(signal, "can't be watched: " + fault);
        }
    }

    /** Stands for a source that could not be made. */
    private record Broken(Signal signal, String reason) implements SignalSource {
        @Override
        public Optional<Reading> read() {
            return Optional.empty();
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.of(reason);
        }
    }

    /** One line, so that it is known from the start; louder if the operator asked for this very signal. */
    private static void tell(Watched each, SignalOrigins origins) {
        Optional<String> reason = each.source.unavailable();
        Signal signal = each.source.signal();
        if (reason.isEmpty()) {
            return;
        }
        boolean waits = signal == Signal.INJECTED && each.file.isEmpty();
        if (origins.asked().contains(signal) && !waits) {
            log.warn("signal {} is enabled and can't be read: {}", signal.label(), reason.get());
        } else {
            log.info("signal {} is not to be had here: {}", signal.label(), reason.get());
        }
    }

    /** All readings that are to be had now. */
    public List<Reading> read() {
        List<Reading> readings = new ArrayList<>(watched.size());
        for (Watched each : watched) {
            Signal signal = each.source.signal();
            try {
                each.source.read().ifPresent(readings::add);
                failed.remove(signal);
            } catch (RuntimeException fault) {
                failed.put(signal, "could not be read: " + fault);
                if (failurePace.occasion(System.nanoTime()) > 0) {
                    log.error("signal {} could not be read", signal.label(), fault);
                }
            }
        }
        return readings;
    }

    /** The source of one signal, which has to be watched. */
    public SignalSource of(Signal signal) {
        for (Watched each : watched) {
            if (each.source.signal() == signal) {
                return each.source;
            }
        }
        throw new IllegalArgumentException(signal + " (expected: a signal that is watched)");
    }

    /** Signals that are watched and can't be read here, with the reason. */
    public Map<Signal, String> unavailable() {
        Map<Signal, String> reasons = new EnumMap<>(Signal.class);
        for (Watched each : watched) {
            each.source.unavailable().ifPresent(reason -> reasons.put(each.source.signal(), reason));
        }
        reasons.putAll(failed);
        return reasons;
    }

    @Override
    public void close() {
        watched.forEach(each -> each.source.close());
    }
}
