package dev.spillway.server.events;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of changes that were refused, of the first at once and of those that follow in one event for
 * {@value #INTERVAL_SECONDS} seconds: a script that tries again and again can't push everything else out of the log. Any
 * thread.
 */
public final class SettingsRefusals {
    /** Time that one event stands for, in seconds. */
    public static final int INTERVAL_SECONDS = 10;

    private final Consumer<Event> events;
    private final ScheduledExecutorService timer;

    // Guarded by this.
    private boolean pausing;
    private long untold;
    private @Nullable Refusal last;

    private record Refusal(String who, String origin, String why) {
        Event event(long count) {
            return SettingsEvents.refused(who, origin, why, count);
        }
    }

    /**
     * @param events takes the events, as {@link EventLog#record}
     * @param timer runs what is due after the interval; a task of microseconds, so that an event loop does
     */
    public SettingsRefusals(Consumer<Event> events, ScheduledExecutorService timer) {
        this.events = events;
        this.timer = timer;
    }

    /**
     * A change was refused.
     *
     * @param who the address or the name of the token that asked for it
     * @param origin {@code command}, {@code api}, {@code registry-import}, {@code reset}
     * @param why what was wrong and what was expected; of many problems the first, or all in one line
     */
    public synchronized void refused(String who, String origin, String why) {
        Refusal refusal = new Refusal(who, origin, why);
        if (pausing) {
            untold++;
            last = refusal;
            return;
        }
        events.accept(refusal.event(1));
        pause();
    }

    private void pause() {
        try {
            timer.schedule(this::tell, INTERVAL_SECONDS, TimeUnit.SECONDS);
            pausing = true;
        } catch (RejectedExecutionException ending) {
            // The process ends: what comes now is told one by one.
            pausing = false;
        }
    }

    private synchronized void tell() {
        Refusal latest = last;
        pausing = false;
        if (latest != null) {
            events.accept(latest.event(untold));
            last = null;
            untold = 0;
            pause();
        }
    }
}
