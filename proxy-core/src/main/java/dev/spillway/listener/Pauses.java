package dev.spillway.listener;

import io.netty.channel.ServerChannel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Why a listening socket takes nobody for now. There can be several reasons at a time; it goes on when none is left.
 *
 * <p>Owned by the socket's event loop; {@link #accepting} may be asked by any thread.
 */
final class Pauses {
    private final ServerChannel channel;
    private final Set<Pause> reasons = EnumSet.of(Pause.NOT_OPEN);
    private volatile boolean accepting;

    /** Why accepting pauses. */
    enum Pause {
        NOT_OPEN,
        GATE,
        FULL,
        NO_DESCRIPTORS
    }

    /** Not open yet. */
    Pauses(ServerChannel channel) {
        this.channel = channel;
    }

    boolean has(Pause reason) {
        return reasons.contains(reason);
    }

    boolean none() {
        return reasons.isEmpty();
    }

    void begin(Pause reason) {
        reasons.add(reason);
        apply();
    }

    void end(Pause reason) {
        reasons.remove(reason);
        apply();
    }

    private void apply() {
        boolean now = reasons.isEmpty();
        accepting = now && channel.isOpen();
        if (channel.isOpen() && channel.config().isAutoRead() != now) {
            channel.config().setAutoRead(now);
        }
    }

    /** Whether newcomers are taken now. */
    boolean accepting() {
        return accepting && channel.isOpen();
    }
}
