package dev.spillway.syngate;

/**
 * How newcomers are kept out where the kernel does not do it for us.
 *
 * @param refusal what the accept gate does with them
 */
public record SynGateSettings(Refusal refusal) {
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
