package dev.spillway.server.client;

import java.time.Duration;

/**
 * How long a client waits.
 *
 * @param connect for a connection
 * @param answer for the whole answer, from sending on
 */
public record Patience(Duration connect, Duration answer) {
    /** A slow link and a disk that takes its time are waited for; a process that hangs is not for long. */
    public static final Patience USUAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
}
