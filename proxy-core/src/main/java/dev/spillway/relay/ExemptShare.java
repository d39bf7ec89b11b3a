package dev.spillway.relay;

import java.util.Optional;

/**
 * What the connections that MPP may not close take, by the last look at each.
 *
 * @param bytes all of them: objects, buffers and kernel memory
 * @param connections how many they are
 * @param worstListener the listener whose exempt connections take the most; empty if there is none
 * @param worstBytes what those take
 */
public record ExemptShare(long bytes, int connections, Optional<String> worstListener, long worstBytes) {}
