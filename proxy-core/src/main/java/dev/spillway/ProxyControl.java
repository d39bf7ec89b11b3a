package dev.spillway;

import dev.spillway.relay.ClosedConnections;
import java.util.Collection;

/** What an administrator may have a running proxy do, beside changing its settings. Not on an event loop. */
public interface ProxyControl {
    /**
     * Closes connections at once, both ends by a reset; exempt ones too, for an administrator may.
     *
     * @param ids which; any number, each counts once
     * @return what became of each; waits for the event loops, for a few seconds at most
     */
    ClosedConnections closeConnections(Collection<Long> ids);
}
