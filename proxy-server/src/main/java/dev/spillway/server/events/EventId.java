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
    /** The configuration was read again and is in force. */
    CONFIGURATION_RELOADED(1004, Level.INFO, "The configuration was read again and is in force."),
    /** The configuration was read again and has problems; nothing changed. */
    RELOAD_REFUSED(1005, Level.WARN, "The configuration was read again and has problems; nothing changed."),
    /** Pressure reached the high mark, or the re-entry mark within the grace time. */
    EPISODE_STARTED(2001, Level.WARN, "A signal reached its high mark, or its re-entry mark within the grace time."),
    /** The two rates of an episode were set anew. */
    EPOCH_STARTED(2002, Level.INFO, "An epoch of an episode began and moved SynDropRate and TcbKillRate."),
    /** Every signal is below its low mark again. */
    EPISODE_ENDED(2003, Level.INFO, "Every signal is below its low mark again; sums up the episode."),
    /** The SYN gate of a listener begins or ends to refuse, or another gate is in use. */
    GATE_CHANGED(
            2004,
            Level.INFO,
            "The SYN gate of a listener begins or ends to refuse newcomers, or another gate is in use."),
    /** Connections that MPP may not close take too much together. */
    EXEMPT_COST_HIGH(
            2005, Level.WARN, "Connections that MPP may not close take more together than pressure.exempt-budget."),
    /** They take clearly less again. */
    EXEMPT_COST_NORMAL(2006, Level.INFO, "They take less than four fifths of it again."),
    /** Gentler steps than closing begin, or are over. */
    RESTRAINT_CHANGED(
            2007,
            Level.INFO,
            "Gentler steps than closing begin or are over: the greedy are not read, idle timeouts are shorter."),
    /** More SYNs come than can be taken. */
    SYN_FLOOD_STARTED(
            2008,
            Level.WARN,
            "More SYNs come than can be taken: cookies that nobody answers, or drops, for two seconds."),
    /** There have been few for a while. */
    SYN_FLOOD_ENDED(2009, Level.INFO, "There were few for ten seconds; sums up the flood, with its peak."),
    /** Silent connections begin to be closed so that newcomers find room (S16). */
    MAKING_ROOM(2011, Level.WARN, "Silent connections begin to be closed so that newcomers find room."),
    /** No silent connection was closed for newcomers for a while (S16). */
    MAKING_ROOM_ENDED(2012, Level.INFO, "None had to be closed for that for ten seconds; sums up the bout."),
    /** Security settings changed at run time (audit). */
    SETTINGS_CHANGED(3001, Level.INFO, "Security settings were changed: who, by what, old and new. Once a request."),
    /** A change of the security settings was refused. */
    SETTINGS_CHANGE_REFUSED(
            3002, Level.WARN, "A change of the security settings was refused. Once in ten seconds, with the number."),
    /** The persistent store of the settings is damaged or can't be written. */
    SETTINGS_STORE_TROUBLE(3003, Level.ERROR, "The file that keeps changed settings is damaged or can't be written."),
    /** A local address appeared, vanished or got another profile (S4). */
    PROFILE_CHANGED(3004, Level.INFO, "A local address appeared, vanished or got another profile."),
    /** The connection rate limit begins to turn connections away (S16). */
    RATE_LIMIT_HIT(3005, Level.WARN, "The connection rate limit begins to turn connections away."),
    /** The connection rate limit has turned no connection away for a while (S16). */
    RATE_LIMIT_ENDED(3006, Level.INFO, "It has turned none away for ten seconds, or is off; sums up the bout."),
    /** An administrator closed connections (audit). */
    CONNECTIONS_CLOSED_BY_ADMIN(
            3007, Level.INFO, "Connections were closed because an administrator asked for it: who, and which."),
    /** An administrator has the signal injected stand somewhere (audit). */
    SIGNAL_INJECTED(3008, Level.INFO, "The signal injected was set by an administrator, or set free again."),
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
