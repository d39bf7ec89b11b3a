package dev.spillway;

import dev.spillway.relay.ClosedConnections;
import java.time.Duration;
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

    /**
     * Has the signal {@code injected} stand at {@code level} from now on for {@code time}, whatever its file says. Acted on at
     * once.
     *
     * @param level a share, 0 to 1
     * @param time positive, an hour at the most
     * @throws IllegalArgumentException if one of them is out of its range
     * @throws IllegalStateException if the signal is not watched
     */
    void inject(double level, Duration time);

    /** Ends what {@link #inject} began. */
    void endInjection();
}
