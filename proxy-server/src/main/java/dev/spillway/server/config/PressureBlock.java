package dev.spillway.server.config;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code pressure}. */
final class PressureBlock {
    /** Longer, and a shortage would be over, one way or the other, before it is seen. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

    private static final long MOST_BYTES = 1L << 50;

    /** Signals whose limit can be told. */
    private static final Set<Signal> LIMITED = EnumSet.of(Signal.KERNEL_TCP, Signal.CONTAINER_TCP);

    private static final Scalar.Reader<Long> LIMIT = Scalar.size(4096, MOST_BYTES, "takes what the kernel says");

    private PressureBlock() {}

    /**
     * Reads the block.
     *
     * @param file the configuration file, to whose folder paths are relative
     * @param budget {@code memory.budget}, in bytes
     */
    static PressureSettings read(Section spillway, Path file, long budget) {
        Section pressure = spillway.block("pressure");
        Scalar.Reader<Duration> turn = Scalar.time(Duration.ofMillis(1), LONGEST_TURN, "");
        Duration interval = pressure.get("interval", turn);
        Duration alert = alert(pressure, turn, interval);
        Duration epoch = pressure.get("epoch", turn);
        Duration grace = pressure.get(
                "grace",
                Scalar.time(Duration.ofMillis(1), Duration.ofHours(1), "starts every episode at the high mark"));
        boolean restraint = pressure.get("restraint", Scalar.flag());
        long exempt = pressure.get("exempt-budget", Scalar.size(1, MOST_BYTES, "takes half of memory.budget"));
        Signals signals = Signals.read(pressure, file);
        pressure.end();
        return new PressureSettings(
                interval,
                alert,
                epoch,
                grace,
                signals.marks,
                new SignalOrigins(signals.limits, signals.injected, signals.asked),
                restraint,
                exempt == 0 ? budget / 2 : exempt);
    }

    /** Not longer than the interval; where only that was set, the default follows it. */
    private static Duration alert(Section pressure, Scalar.Reader<Duration> turn, Duration interval) {
        Duration alert = pressure.get("alert-interval", turn);
        if (alert.compareTo(interval) <= 0) {
            return alert;
        }
        if (pressure.stated("alert-interval") && pressure.sound("alert-interval", "interval")) {
            pressure.report("alert-interval", "at most interval, which is " + Quantity.time(interval));
        }
        return interval;
    }

    /** {@code signals}, as far as it was read. */
    private static final class Signals {
        private final Map<Signal, Watermarks> marks = new EnumMap<>(Signal.class);
        private final Map<Signal, Long> limits = new EnumMap<>(Signal.class);
        private final Set<Signal> asked = EnumSet.noneOf(Signal.class);
        private Optional<Path> injected = Optional.empty();

        static Signals read(Section pressure, Path file) {
            Section section = pressure.block("signals");
            Signals signals = new Signals();
            boolean anyOn = false;
            for (Signal signal : Signal.values()) {
                anyOn |= signals.add(signal, section.block(signal.label()), file);
            }
            section.end();
            if (!anyOn) {
                pressure.report(
                        "signals", "one signal enabled at least; security.mpp = disabled switches protection off");
                signals.marks.put(Signal.LEDGER, new Watermarks(0.7, 0.8, 0.9));
            }
            return signals;
        }

        /** Whether it is on. */
        private boolean add(Signal signal, Section block, Path file) {
            boolean on = block.get("enabled", Scalar.flag());
            Watermarks watermarks = watermarks(block);
            long limit = LIMITED.contains(signal) ? block.get("limit", LIMIT) : 0;
            if (signal == Signal.INJECTED) {
                injected = block.find("file", Scalar.text("a file, or null for none"))
                        .flatMap(name -> path(block, name, file));
            }
            block.end();
            if (on) {
                marks.put(signal, watermarks);
                if (limit > 0) {
                    limits.put(signal, limit);
                }
                if (block.stated("enabled")) {
                    asked.add(signal);
                }
            }
            return on;
        }

        private static Optional<Path> path(Section block, String name, Path file) {
            try {
                return Optional.of(file.toAbsolutePath().resolveSibling(name).normalize());
            } catch (InvalidPathException unfit) {
                block.report("file", "a file, or null for none");
                return Optional.empty();
            }
        }
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
