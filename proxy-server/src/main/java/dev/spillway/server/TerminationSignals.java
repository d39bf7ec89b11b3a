package dev.spillway.server;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first asks for an orderly end, a second one ends the process at once.
 *
 * <p>A shutdown hook would not do: with one the JVM exits with 128 + the signal's number however well the drain went,
 * and a second signal is not noticed while hooks run.
 */
final class TerminationSignals {
    private static final Logger logger = LoggerFactory.getLogger(TerminationSignals.class);
    private static final List<String> NAMES = List.of("TERM", "INT");

    /** What a shell reports of a process that a signal ended. */
    private static final int SIGNALLED = 128;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final IntConsumer atOnce;

    private TerminationSignals(IntConsumer atOnce) {
        this.atOnce = atOnce;
    }

    /** From now on signals are taken care of here. A JVM that was told to leave signals alone (-Xrs) is left so. */
    static TerminationSignals install() {
        return install(Runtime.getRuntime()::halt);
    }

    /** @param atOnce ends the process with the exit code it is given */
    static TerminationSignals install(IntConsumer atOnce) {
        TerminationSignals signals = new TerminationSignals(atOnce);
        for (String name : NAMES) {
            try {
                SignalHandlers.install(name, number -> signals.received(name, number));
            } catch (SignalHandlers.Unavailable unavailable) {
                logger.warn("SIG{} ends the process without a drain: this JVM does not hand it over", name);
            }
        }
        return signals;
    }

    /** Called by the JVM on a thread of its own for each signal. */
    private void received(String name, int number) {
        if (first.compareAndSet(true, false)) {
            logger.info("SIG{} received: draining; a second signal ends at once", name);
            asked.countDown();
        } else {
            atOnce.accept(SIGNALLED + number);
        }
    }

    /** Waits until a signal has asked for the end. */
    void await() throws InterruptedException {
        asked.await();
    }
}
