package dev.spillway.signal;

import dev.spillway.limit.LogPace;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A signal that is measured in files of the system. While they can't be read the signal is unavailable, with the reason,
 * and they are tried again at a slow pace; it comes back by itself. A measure that failed is opened anew once before that,
 * for the process may only have been moved to another container.
 *
 * <p>For the controller's thread alone, but for the making.
 */
final class MeasuredSource implements SignalSource {
    /** For what seldom comes to be: a limit that is set later, a file system that is mounted later. */
    static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(MeasuredSource.class);

    private final Signal signal;
    private final Measure.Opening opening;
    private final long retryNanos;
    private final LongSupplier clock;
    private final LogPace pace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private @Nullable Measure measure;
    private @Nullable String reason;
    private long triedAt;
    private long renewedAt;
    private boolean made;
    private boolean closed;

    /**
     * Opens it at once, so that it is known whether that can be done.
     *
     * @param retryNanos between two tries while it can't be measured
     */
    MeasuredSource(Signal signal, Measure.Opening opening, long retryNanos, LongSupplier clock) {
        this.signal = signal;
        this.opening = opening;
        this.retryNanos = retryNanos;
        this.clock = clock;
        begin(clock.getAsLong());
        made = true;
    }

    @Override
    public Signal signal() {
        return signal;
    }

    @Override
    public Optional<Reading> read() {
        if (closed) {
            return Optional.empty();
        }
        long now = clock.getAsLong();
        Measure open = measure;
        if (open == null) {
            return now - triedAt < retryNanos ? Optional.empty() : begin(now);
        }
        try {
            return Optional.of(take(open, now));
        } catch (IOException | RuntimeException failed) {
            shut();
            return begin(now);
        }
    }

    private Optional<Reading> begin(long now) {
        triedAt = now;
        renewedAt = now;
        try {
            Measure open = opening.open();
            measure = open;
            Reading reading = take(open, now);
            became(null);
            return Optional.of(reading);
        } catch (IOException | RuntimeException failed) {
            shut();
            String message = failed.getMessage();
            became(message == null ? failed.getClass().getSimpleName() : message);
            return Optional.empty();
        }
    }

    private Reading take(Measure open, long now) throws IOException {
        if (now - renewedAt >= RENEW_NANOS) {
            renewedAt = now;
            open.renew();
        }
        return open.read();
    }

    private void became(@Nullable String why) {
        boolean changed = (why == null) != (reason == null);
        reason = why;
        if (made && changed && pace.occasion(clock.getAsLong()) > 0) {
            log.info("signal {} {}", signal.label(), why == null ? "can be read again" : "can't be read: " + why);
        }
    }

    private void shut() {
        Measure open = measure;
        measure = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.ofNullable(reason);
    }

    @Override
    public long foundOutAt() {
        Measure open = measure;
        return open == null ? clock.getAsLong() : open.foundOutAt();
    }

    @Override
    public void close() {
        closed = true;
        shut();
    }
}
