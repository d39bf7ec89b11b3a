package dev.spillway.syngate;

import java.util.Optional;

/**
 * How newcomers are kept out.
 *
 * @param kind by which means; empty takes the first that works here. At restart only
 * @param refusal what the accept gate does with them, where the kernel does not do it for us
 */
public record SynGateSettings(Optional<GateKind> kind, Refusal refusal) {
    /** The first that works. */
    public SynGateSettings(Refusal refusal) {
        this(Optional.empty(), refusal);
    }

    /** The two ways of an accept gate. */
    public enum Refusal {
        /**
         * Accepts only as many as the rate lets in, window by window: the others wait in the kernel's queue, and when that is full the
         * kernel drops their SYNs, so that they get through by their own retransmission. The default.
         */
        PAUSE,
        /** Accepts and resets a share of them: they know at once. */
        RESET
    }
}
