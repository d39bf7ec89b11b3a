package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the API says while it says something; else what the file says, if there is one. */
final class InjectedSource implements SignalSource {
    /** Somebody may be about to write the file. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Injection injection;
    private final @Nullable MeasuredSource file;
    private final long unit;

    /** A share is put as one of {@code unit} bytes. */
    InjectedSource(Injection injection, Optional<Path> path, long unit, LongSupplier clock) {
        this.injection = injection;
        this.unit = unit;
        this.file = path.map(each -> new MeasuredSource(
                        Signal.INJECTED, () -> InjectedFile.open(each, unit, clock), RETRY_NANOS, clock))
                .orElse(null);
    }

    @Override
    public Signal signal() {
        return Signal.INJECTED;
    }

    @Override
    public Optional<Reading> read() {
        OptionalDouble set = injection.level();
        if (set.isPresent()) {
            return Optional.of(new Reading(Signal.INJECTED, Math.round(set.getAsDouble() * unit), unit));
        }
        return file == null ? Optional.empty() : file.read();
    }

    @Override
    public Optional<String> unavailable() {
        if (injection.level().isPresent()) {
            return Optional.empty();
        }
        return file == null ? Optional.of("nothing is set, and there is no file") : file.unavailable();
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
