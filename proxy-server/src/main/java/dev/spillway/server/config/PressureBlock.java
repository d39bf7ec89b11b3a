package dev.spillway.server.config;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/** {@code pressure}. */
final class PressureBlock {
    /** Longer, and a shortage would be over, one way or the other, before it is seen. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

    private PressureBlock() {}

    static PressureSettings read(Section spillway) {
        Section pressure = spillway.block("pressure");
        Scalar.Reader<Duration> turn = Scalar.time(Duration.ofMillis(1), LONGEST_TURN, "");
        Duration interval = pressure.get("interval", turn);
        Duration epoch = pressure.get("epoch", turn);
        Duration grace = pressure.get(
                "grace",
                Scalar.time(Duration.ofMillis(1), Duration.ofHours(1), "starts every episode at the high mark"));
        Section signals = pressure.block("signals");
        Map<Signal, Watermarks> marks = new EnumMap<>(Signal.class);
        boolean anyOn = false;
        for (Signal signal :
                EnumSet.of(Signal.HEAP, Signal.DIRECT, Signal.LEDGER, Signal.DESCRIPTORS, Signal.CONNECTIONS)) {
            Section block = signals.block(signal.label());
            boolean on = block.get("enabled", Scalar.flag());
            Watermarks watermarks = watermarks(block);
            block.end();
            anyOn |= on;
            if (on) {
                marks.put(signal, watermarks);
            }
        }
        signals.end();
        if (!anyOn) {
            pressure.report("signals", "one signal enabled at least; security.mpp = disabled switches protection off");
            marks.put(Signal.LEDGER, new Watermarks(0.7, 0.8, 0.9));
        }
        pressure.end();
        return PressureSettings.of(interval, epoch, grace, marks);
    }

    private static Watermarks watermarks(Section signal) {
        Scalar.Reader<Double> share =
                Scalar.number("a share of the signal's limit, 0 to 1, as 0.8", 0, Math.nextUp(1.0));
        double low = signal.get("low", share);
        double reentry = signal.get("reentry", share);
        double high = signal.get("high", share);
        if (low > 0 && low < reentry && reentry <= high && high <= 1) {
            return new Watermarks(low, reentry, high);
        }
        if (signal.sound("low", "reentry", "high")) {
            String wrong = low <= 0 || low >= reentry ? "low" : "high";
            signal.report(
                    wrong,
                    "0 < low < reentry <= high <= 1; here low is " + low + ", reentry " + reentry + ", high " + high);
        }
        return new Watermarks(0.7, 0.8, 0.9);
    }
}
