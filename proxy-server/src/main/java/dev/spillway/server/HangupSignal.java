package dev.spillway.server;

import dev.spillway.server.admin.Reload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP reads the configuration again. However many come meanwhile, at most one more reload follows. Taken care of from the
 * beginning of a start, since a signal that nobody takes care of ends the process; one that comes before the start is
 * over is followed by a reload after it.
 */
final class HangupSignal {
    private static final Logger logger = LoggerFactory.getLogger(HangupSignal.class);

    private final CompletableFuture<Reload> started = new CompletableFuture<>();
    private final Semaphore waiting = new Semaphore(1);

    /** From now on signals are taken care of; reloads begin with {@link #started}. */
    static HangupSignal install() {
        HangupSignal hangup = new HangupSignal();
        try {
            SignalHandlers.install("HUP", number -> hangup.received());
        } catch (SignalHandlers.Unavailable unavailable) {
            logger.warn("SIGHUP does not reload: this JVM does not hand it over; \"spillway reload\" does");
        }
        return hangup;
    }

    /** The start is over: {@code reload} can be run. */
    void started(Reload reload) {
        started.complete(reload);
    }

    /** Called by the JVM on a thread of its own for each signal, which waits for the start to be over. */
    void received() {
        if (!waiting.tryAcquire()) {
            return;
        }
        synchronized (this) {
            Reload reload = started.join();
            // A signal from here on stands for a change of the file that this reload may not see any more.
            waiting.release();
            try {
                reload.run("SIGHUP");
            } catch (RuntimeException fault) {
                logger.error("the reload failed; nothing more is known of what it changed", fault);
            }
        }
    }
}
