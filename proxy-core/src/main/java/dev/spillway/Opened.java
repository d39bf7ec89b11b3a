package dev.spillway;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a proxy that is being started has opened so far, and who closes it if the start fails: the last first. One that has
 * started closes its parts itself, in an order of its own. Owned by the thread that starts it.
 */
final class Opened implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Opened.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** One part that can't be closed does not keep the others open. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception | Error failed) {
                if (failed instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                log.warn("{} could not be closed after a start that failed", part, failed);
            }
        }
    }
}
