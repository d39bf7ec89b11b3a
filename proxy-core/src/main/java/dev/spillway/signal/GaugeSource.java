package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A signal that the proxy itself knows, at the cost of a load.
 *
 * @param signal which one
 * @param used how much is in use now
 * @param limit how much there is now; positive
 */
record GaugeSource(Signal signal, LongSupplier used, LongSupplier limit) implements SignalSource {
    @Override
    public Optional<Reading> read() {
        return Optional.of(new Reading(signal, Math.max(0, used.getAsLong()), limit.getAsLong()));
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }
}
