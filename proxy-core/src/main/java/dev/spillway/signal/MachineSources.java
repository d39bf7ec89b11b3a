package dev.spillway.signal;

import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.Relays;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The real sources: this process's, this machine's.
 *
 * @param files where the kernel's files are
 * @param relays the connections
 * @param maxForEligible the limit of {@link Signal#CONNECTIONS}, now
 * @param injection what is set of {@link Signal#INJECTED}
 */
record MachineSources(SystemFiles files, Relays relays, IntSupplier maxForEligible, Injection injection)
        implements SignalSources.SourceMaker {
    @Override
    public SignalSource make(Signal signal, Watermarks marks, SignalOrigins origins) {
        Optional<Long> limit = Optional.ofNullable(origins.limits().get(signal));
        long budget = relays.budget().bytes();
        return switch (signal) {
            case HEAP -> new HeapSource(marks.high(), relays::active);
            case DIRECT -> new GaugeSource(signal, DirectMemory.used(relays), DirectMemory::limit);
            case LEDGER -> new GaugeSource(signal, relays.budget()::held, relays.budget()::ordinaryBytes);
            case DESCRIPTORS -> new DescriptorSource();
            case CONNECTIONS -> new GaugeSource(signal, relays::active, maxForEligible::getAsInt);
            case KERNEL_TCP -> measured(signal, () -> KernelTcp.open(files, limit));
            case CONTAINER_TCP -> measured(signal, () -> ContainerTcp.open(files, limit));
            case CONTAINER -> measured(signal, () -> ContainerMemory.open(files));
            case STALL -> measured(signal, () -> MemoryStall.open(files, budget, System::nanoTime));
            case INJECTED -> new InjectedSource(injection, origins.injected(), budget, System::nanoTime);
        };
    }

    private static SignalSource measured(Signal signal, Measure.Opening opening) {
        return new MeasuredSource(signal, opening, MeasuredSource.SELDOM_NANOS, System::nanoTime);
    }
}
