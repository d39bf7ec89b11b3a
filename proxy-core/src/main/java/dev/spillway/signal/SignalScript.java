package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.signal.SignalSources.SourceMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Readings that were recorded or made up, to be played to whatever reads signals. A text with one on each line:
 *
 * <pre>
 *   # milliseconds from the start, signal, used, limit
 *   0    kernel-tcp  100  1000
 *   250  kernel-tcp  950  1000
 *   400  kernel-tcp  unavailable  the file is gone
 * </pre>
 *
 * <p>Each holds until the next of its signal; times don't go back. {@link SignalRecorder} writes the same.
 */
public final class SignalScript {
    private final Map<Signal, List<Line>> lines = new EnumMap<>(Signal.class);

    /**
     * What a signal says from a time on.
     *
     * @param reading empty if it can't be read
     * @param reason why, if so
     */
    private record Line(long atNanos, Optional<Reading> reading, String reason) {}

    private SignalScript() {}

    /**
     * The script in {@code file}.
     *
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if a line is not as above; names file and line
     */
    public static SignalScript read(Path file) throws IOException {
        return of(file.toString(), Files.readAllLines(file));
    }

    /**
     * The script of these lines.
     *
     * @param name for messages
     * @throws IllegalArgumentException if a line is not as above; names it
     */
    public static SignalScript of(String name, List<String> text) {
        SignalScript script = new SignalScript();
        long last = 0;
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                last = script.add(line, last);
            } catch (IllegalArgumentException unfit) {
                throw new IllegalArgumentException(
                        name + ":" + (i + 1) + ": \"" + line
                                + "\" (expected: milliseconds that don't go back, a signal, used"
                                + " and limit, as 250 kernel-tcp 950 1000)",
                        unfit);
            }
        }
        return script;
    }

    private long add(String line, long lastMillis) {
        String[] words = line.split("\\s+", 4);
        if (words.length < 4) {
            throw new IllegalArgumentException("too few words");
        }
        long millis = Long.parseLong(words[0]);
        if (millis < lastMillis) {
            throw new IllegalArgumentException("goes back");
        }
        Signal signal = signal(words[1]);
        boolean gone = words[2].equals("unavailable");
        Optional<Reading> reading = gone
                ? Optional.empty()
                : Optional.of(new Reading(signal, Long.parseLong(words[2]), Long.parseLong(words[3])));
        lines.computeIfAbsent(signal, any -> new ArrayList<>())
                .add(new Line(TimeUnit.MILLISECONDS.toNanos(millis), reading, gone ? words[3] : ""));
        return millis;
    }

    private static Signal signal(String label) {
        for (Signal signal : Signal.values()) {
            if (signal.label().equals(label)) {
                return signal;
            }
        }
        throw new IllegalArgumentException(label);
    }

    /** A line for what {@code reading} says at {@code millis} from the start. */
    static String line(long millis, Reading reading) {
        return millis + " " + reading.signal().label() + " " + reading.used() + " " + reading.limit();
    }

    /** The same for a signal that can't be read. */
    static String line(long millis, Signal signal, String reason) {
        return millis + " " + signal.label() + " unavailable " + reason.replaceAll("\\s+", " ");
    }

    /** When the last line is due, in nanoseconds from the start. */
    public long lengthNanos() {
        return lines.values().stream()
                .mapToLong(each -> each.get(each.size() - 1).atNanos)
                .max()
                .orElse(0);
    }

    /** Sources that play it from now on, by {@code clock} in nanoseconds. */
    public SourceMaker play(LongSupplier clock) {
        long start = clock.getAsLong();
        return (signal, marks, origins) ->
                new Playing(signal, lines.getOrDefault(signal, List.of()), () -> clock.getAsLong() - start);
    }

    private static final class Playing implements SignalSource {
        private final Signal signal;
        private final List<Line> lines;
        private final LongSupplier elapsed;
        private int next;

        Playing(Signal signal, List<Line> lines, LongSupplier elapsed) {
            this.signal = signal;
            this.lines = lines;
            this.elapsed = elapsed;
        }

        private @Nullable Line now() {
            long time = elapsed.getAsLong();
            while (next < lines.size() && lines.get(next).atNanos <= time) {
                next++;
            }
            return next == 0 ? null : lines.get(next - 1);
        }

        @Override
        public Signal signal() {
            return signal;
        }

        @Override
        public Optional<Reading> read() {
            Line now = now();
            return now == null ? Optional.empty() : now.reading;
        }

        @Override
        public Optional<String> unavailable() {
            Line now = now();
            if (now == null) {
                return Optional.of(lines.isEmpty() ? "is not in the script" : "comes later in the script");
            }
            return now.reading.isPresent() ? Optional.empty() : Optional.of(now.reason);
        }
    }
}
