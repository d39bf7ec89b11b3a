package dev.spillway.security;

import java.net.InetAddress;

/** Where this machine is, as far as it is known; it may change at any time. Any thread may ask. */
public interface Surroundings {
    /** The map of this moment. */
    NetworkMap map();

    /**
     * The place of the local address of a connection that has just come in. Looks again where the map does not know it, since
     * an address may be newer than the map; waits for no network, but a look takes time: see who implements it.
     */
    Place place(InetAddress local);

    /** Surroundings that stay as {@code map} says. */
    static Surroundings fixed(NetworkMap map) {
        return new Surroundings() {
            @Override
            public NetworkMap map() {
                return map;
            }

            @Override
            public Place place(InetAddress local) {
                return map.of(local);
            }
        };
    }
}
