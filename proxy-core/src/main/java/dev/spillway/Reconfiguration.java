package dev.spillway;

import java.util.List;

/**
 * What {@link Proxy#reconfigure} did.
 *
 * @param changes what holds now, in the order of the settings
 * @param atRestart what was asked for and can't change while the proxy runs; it holds from the next start on
 */
public record Reconfiguration(List<Change> changes, List<Change> atRestart) {
    /** Copies the lists. */
    public Reconfiguration {
        changes = List.copyOf(changes);
        atRestart = List.copyOf(atRestart);
    }

    /**
     * One setting that differs.
     *
     * @param key as in the configuration: {@code relay.idle-timeout}; {@code listeners.web} for one that comes or goes
     * @param before what it was, {@code none} for what was not there
     * @param after what it is, {@code none} for what is not there any more
     */
    public record Change(String key, String before, String after) {
        /** {@code relay.idle-timeout: 10m -> 5m}. */
        @Override
        public String toString() {
            return key + ": " + before + " -> " + after;
        }
    }
}
