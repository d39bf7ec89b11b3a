package dev.spillway.server.events;

import java.util.Locale;
import org.slf4j.event.Level;

/** Every kind of event. Numbers and names are stable: scripts and alerts rest on them. */
public enum EventId {
    /** Every listener is bound and connections are taken. */
    PROXY_STARTED(1001, Level.INFO, "Every listener is bound; connections are taken."),
    /** No more connections are taken; those that are open may end by themselves. */
    PROXY_DRAINING(1002, Level.INFO, "No more connections are taken; those open may end by themselves."),
    /** Everything is closed. */
    PROXY_STOPPED(1003, Level.INFO, "Everything is closed. Warning if connections had to be cut at the deadline."),
    /** Pressure reached the high mark, or the re-entry mark within the grace time. */
    EPISODE_STARTED(2001, Level.WARN, "A signal reached its high mark, or its re-entry mark within the grace time."),
    /** The two rates of an episode were set anew. */
    EPOCH_STARTED(2002, Level.INFO, "An epoch of an episode began and moved SynDropRate and TcbKillRate."),
    /** Every signal is below its low mark again. */
    EPISODE_ENDED(2003, Level.INFO, "Every signal is below its low mark again; sums up the episode."),
    /** Connections were closed to free memory (S23). */
    CONNECTIONS_TERMINATED(4229, Level.WARN, "Connections were closed to keep the proxy stable. Once an episode.");

    private final int number;
    private final Level severity;
    private final String description;

    EventId(int number, Level severity, String description) {
        this.number = number;
        this.severity = severity;
        this.description = description;
    }

    /** The id an operator knows it by. */
    public int number() {
        return number;
    }

    /** The severity it has unless the event itself says otherwise. */
    public Level severity() {
        return severity;
    }

    /** One sentence for the documentation. */
    public String description() {
        return description;
    }

    /** The word used in logs, metrics and the API: {@code episode-started} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
