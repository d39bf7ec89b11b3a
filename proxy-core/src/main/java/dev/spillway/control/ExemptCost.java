package dev.spillway.control;

import java.util.Optional;

/**
 * What connections that MPP may not close take together: an exempt port or a private listener is an attacker's way in too.
 *
 * @param bytes in all, of heap, buffers and kernel memory
 * @param budget what they may take before it is told, in bytes; 0 tells never
 * @param connections how many they are
 * @param worstListener the listener whose exempt connections take the most; empty if there is none
 */
public record ExemptCost(long bytes, long budget, int connections, Optional<String> worstListener) {
    /** Nothing was looked at yet. */
    static final ExemptCost UNKNOWN = new ExemptCost(0, 0, 0, Optional.empty());
}
