package dev.spillway.server;

import dev.spillway.server.admin.Reload;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP reads the configuration again. However many come meanwhile, at most one more reload follows. */
final class HangupSignal {
    private static final Logger logger = LoggerFactory.getLogger(HangupSignal.class);

    private final Reload reload;
    private final Semaphore waiting = new Semaphore(1);

    private HangupSignal(Reload reload) {
        this.reload = reload;
    }

    static HangupSignal of(Reload reload) {
        return new HangupSignal(reload);
    }

    static void install(Reload reload) {
        HangupSignal hangup = of(reload);
        try {
            SignalHandlers.install("HUP", number -> hangup.received());
        } catch (SignalHandlers.Unavailable unavailable) {
            logger.warn("SIGHUP does not reload: this JVM does not hand it over; \"spillway reload\" does");
        }
    }

    /** Called by the JVM on a thread of its own for each signal. */
    void received() {
        if (!waiting.tryAcquire()) {
            return;
        }
        synchronized (this) {
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
