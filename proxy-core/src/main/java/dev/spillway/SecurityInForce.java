package dev.spillway;

import dev.spillway.network.NetworkChange;
import dev.spillway.security.SecuritySettings;
import java.util.Optional;

/** The security settings in force, swapped as a whole (S11). Any thread. */
final class SecurityInForce {
    private volatile SecuritySettings settings;

    SecurityInForce(SecuritySettings settings) {
        this.settings = settings;
    }

    SecuritySettings get() {
        return settings;
    }

    /** @throws IllegalArgumentException if the generation is not higher than that in force: two changes crossed */
    synchronized void replace(SecuritySettings next) {
        if (next.generation() <= settings.generation()) {
            throw new IllegalArgumentException("generation: " + next.generation() + " (expected: more than "
                    + settings.generation() + ", which is in force)");
        }
        settings = next;
    }

    /** What a change of the network is for connections; empty if it is none. */
    Optional<NetworkChange> judged(NetworkChange change) {
        return change.judgedBy(settings);
    }
}
