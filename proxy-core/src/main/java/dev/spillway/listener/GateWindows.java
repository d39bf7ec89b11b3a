package dev.spillway.listener;

import dev.spillway.limit.AcceptQuota;
import dev.spillway.listener.Pauses.Pause;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a SYN gate that has newcomers wait: in each a socket accepts as many as {@link AcceptQuota} gives it and pauses for the rest.
 * They run while newcomers are to wait; without them the gate does not pause.
 *
 * <p>Owned by the socket's event loop.
 */
final class GateWindows {
    private static final long WINDOW_MILLIS = 50;

    private final ServerChannel channel;
    private final Pauses pauses;
    private final DoubleSupplier rate;
    private final BiConsumer<String, Throwable> faulty;
    private final AcceptQuota quota = new AcceptQuota();
    private @Nullable Future<?> running;

    /**
     * None yet.
     *
     * @param rate the share of newcomers to keep out, 0 to 1, asked at the start of each window
     * @param faulty told of a window that failed
     */
    GateWindows(ServerChannel channel, Pauses pauses, DoubleSupplier rate, BiConsumer<String, Throwable> faulty) {
        this.channel = channel;
        this.pauses = pauses;
        this.rate = rate;
        this.faulty = faulty;
    }

    /** Has them run, or not any more. */
    void run(boolean wanted) {
        if (!wanted) {
            end();
            pauses.end(Pause.GATE);
        } else if (running == null) {
            running = channel.eventLoop()
                    .scheduleWithFixedDelay(this::next, WINDOW_MILLIS, WINDOW_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** No window begins any more. */
    void end() {
        Future<?> last = running;
        if (last != null) {
            last.cancel(false);
            running = null;
        }
    }

    /** A window that failed must not be the last one, for the gate could then stay shut. */
    private void next() {
        try {
            quota.nextWindow(rate.getAsDouble());
            if (!quota.mayAccept()) {
                pauses.begin(Pause.GATE);
            } else if (pauses.has(Pause.GATE)) {
                pauses.end(Pause.GATE);
            }
        } catch (RuntimeException fault) {
            faulty.accept("a window of the gate", fault);
        }
    }

    /** A newcomer was taken; {@code mayPause} if others like it may be kept waiting for the next window. */
    void accepted(boolean mayPause) {
        quota.accept();
        if (mayPause && !quota.mayAccept()) {
            pauses.begin(Pause.GATE);
        }
    }
}
