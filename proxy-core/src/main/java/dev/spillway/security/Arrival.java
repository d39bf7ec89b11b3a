package dev.spillway.security;

import java.net.InetAddress;

/**
 * What a judgement goes by of one connection.
 *
 * @param place the local address the client connected to, and where it is
 * @param port the local port, 0–65535
 * @param family that of the client's packets
 * @param listener what is said of the listener it came in by
 */
public record Arrival(Place place, int port, Family family, ListenerRules listener) {
    /** A connection from {@code client} to a place. */
    public static Arrival of(InetAddress client, Place place, int port, ListenerRules listener) {
        return new Arrival(place, port, Family.of(client), listener);
    }
}
