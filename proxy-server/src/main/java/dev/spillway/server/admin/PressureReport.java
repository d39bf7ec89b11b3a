package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.control.ExemptCost;
import dev.spillway.control.PressureView;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.SamplingView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is short and what is done about it, as {@code /api/v1/pressure} shows it.
 *
 * @param worst the signal that decides; null until the first reading
 * @param position where it stands: 0 at its low mark, 1 at its high one; null until the first reading
 * @param reason the same in words; null until the first reading
 * @param episode number of the running episode, 0 in calm
 * @param epoch number of the running epoch, 0 in calm
 * @param dryRun whether MPP only records whom it would close or refuse
 * @param wouldClose connections that dry runs would have closed so far
 * @param heldBack connections that are not read now because they take most
 * @param timeoutScale what idle and first-byte timeouts of eligible connections are multiplied by now
 */
record PressureReport(
        @Nullable String worst,
        @Nullable Double position,
        @Nullable String reason,
        long episode,
        long epoch,
        double synDropRate,
        double killRate,
        long episodes,
        long epochs,
        long closed,
        long freedBytes,
        boolean dryRun,
        long wouldClose,
        int heldBack,
        double timeoutScale,
        Exempt exempt,
        Sampling sampling,
        List<SignalReport> signals) {
    /**
     * What connections take that MPP may not close.
     *
     * @param budgetBytes what they may take before it is told; 0 tells never
     * @param tooMuch whether they take more
     * @param worstListener the one whose take the most; null if there is none
     */
    record Exempt(
            int connections,
            long costBytes,
            long budgetBytes,
            boolean tooMuch,
            @Nullable String worstListener) {}

    /**
     * How well costs are known.
     *
     * @param kernelTold whether the kernel tells what it holds
     * @param kernelBytes what it holds for all connections, by the last look at each
     * @param stale connections that were not looked at for two seconds though they may have changed
     */
    record Sampling(boolean kernelTold, long kernelBytes, long samples, long cpuMillis, int unseen, int stale) {}

    /**
     * One signal.
     *
     * @param available whether it is watched and can be read
     * @param why why it is not available; null if it is
     * @param promised how much of {@code used} is on its way back
     */
    record SignalReport(
            String signal,
            String unit,
            boolean available,
            @Nullable String why,
            @Nullable Double level,
            @Nullable Long used,
            @Nullable Long limit,
            @Nullable Long promised,
            @Nullable Double low,
            @Nullable Double reentry,
            @Nullable Double high) {}

    static PressureReport of(ProxyView proxy) {
        PressureView pressure = proxy.pressure();
        Map<Signal, Watermarks> marks = proxy.watermarks();
        Evaluation evaluation = pressure.evaluation().orElse(null);
        List<SignalReport> signals = new ArrayList<>();
        for (Signal signal : Signal.values()) {
            signals.add(signal(signal, pressure, marks.get(signal)));
        }
        return new PressureReport(
                evaluation == null ? null : evaluation.worst().signal().label(),
                evaluation == null ? null : evaluation.position(),
                evaluation == null ? null : evaluation.describe(),
                pressure.episode(),
                pressure.epoch(),
                pressure.rates().synDrop(),
                pressure.rates().kill(),
                pressure.episodes(),
                pressure.epochs(),
                pressure.closed(),
                pressure.freedBytes(),
                pressure.dryRun(),
                pressure.wouldClose(),
                pressure.heldBack(),
                proxy.relays().timeoutScale(),
                exempt(pressure.exempt()),
                sampling(proxy),
                List.copyOf(signals));
    }

    private static SignalReport signal(Signal signal, PressureView pressure, @Nullable Watermarks marks) {
        Reading reading = pressure.evaluation().stream()
                .flatMap(evaluation -> evaluation.readings().stream())
                .filter(each -> each.signal() == signal)
                .findFirst()
                .orElse(null);
        String why =
                reading == null || pressure.unavailable().containsKey(signal) ? why(signal, pressure, marks) : null;
        return new SignalReport(
                signal.label(),
                signal.unit(),
                why == null,
                why,
                reading == null ? null : reading.level(),
                reading == null ? null : reading.used(),
                reading == null ? null : reading.limit(),
                reading == null ? null : reading.promised(),
                marks == null ? null : marks.low(),
                marks == null ? null : marks.reentry(),
                marks == null ? null : marks.high());
    }

    private static String why(Signal signal, PressureView pressure, @Nullable Watermarks marks) {
        String why = pressure.unavailable().get(signal);
        return why != null ? why : marks == null ? "switched off" : "not read yet";
    }

    /** Why a signal is not read. */
    static String whyNot(ProxyView proxy, Signal signal) {
        return why(signal, proxy.pressure(), proxy.watermarks().get(signal));
    }

    private static Exempt exempt(ExemptCost cost) {
        return new Exempt(
                cost.connections(),
                cost.bytes(),
                cost.budget(),
                cost.budget() > 0 && cost.bytes() >= cost.budget(),
                cost.worstListener().orElse(null));
    }

    private static Sampling sampling(ProxyView proxy) {
        SamplingView view = proxy.sampling();
        return new Sampling(
                view.kernelTold(),
                proxy.kernelBytes(),
                view.samples(),
                TimeUnit.NANOSECONDS.toMillis(view.nanos()),
                view.unseen(),
                view.stale());
    }
}
