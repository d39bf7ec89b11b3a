package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import dev.spillway.signal.SignalSources.SourceMaker;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Writes down what the sources of another maker say, as a {@link SignalScript} that plays it again: a line for each change
 * of a reading, and for each signal that comes or goes. Ends by itself after a number of lines.
 */
public final class SignalRecorder implements SourceMaker {
    private final SourceMaker recorded;
    private final Consumer<String> lines;
    private final LongSupplier clock;
    private final long start;
    private long left;

    /**
     * A recording that begins now.
     *
     * @param lines told each line, without its end, by the thread that reads; what it throws makes the signal unavailable
     * @param most how many lines there are at the most
     * @param clock nanoseconds
     */
    public SignalRecorder(SourceMaker recorded, Consumer<String> lines, long most, LongSupplier clock) {
        this.recorded = recorded;
        this.lines = lines;
        this.left = most;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    @Override
    public SignalSource make(Signal signal, Watermarks marks, SignalOrigins origins) {
        return new Recorded(recorded.make(signal, marks, origins));
    }

    private void write(String line) {
        if (left > 0) {
            left--;
            lines.accept(line);
        }
    }

    /** Passes everything on, and takes note. */
    private final class Recorded implements SignalSource {
        private final SignalSource source;
        private Optional<Reading> last = Optional.empty();
        private boolean any;

        Recorded(SignalSource source) {
            this.source = source;
        }

        @Override
        public Optional<Reading> read() {
            Optional<Reading> reading = source.read();
            if (!any || !reading.equals(last)) {
                any = true;
                last = reading;
                long millis = TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - start);
                write(reading.map(each -> SignalScript.line(millis, each))
                        .orElseGet(() -> SignalScript.line(
                                millis, signal(), source.unavailable().orElse("not to be had"))));
            }
            return reading;
        }

        @Override
        public Signal signal() {
            return source.signal();
        }

        @Override
        public Optional<String> unavailable() {
            return source.unavailable();
        }

        @Override
        public long foundOutAt() {
            return source.foundOutAt();
        }

        @Override
        public void settle() {
            source.settle();
        }

        @Override
        public void highMark(double high) {
            source.highMark(high);
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
