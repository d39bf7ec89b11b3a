package dev.spillway.security;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The local addresses of this machine at one moment, each with its place. Immutable. Addresses of 127.0.0.0/8 that no
 * interface lists are the loopback interface's all the same: the kernel takes connections to each of them.
 */
public final class NetworkMap {
    /** Of a machine without addresses. */
    public static final NetworkMap EMPTY = new NetworkMap(Map.of());

    private final Map<InetAddress, Place> places;
    private final @Nullable Place loopback;

    private NetworkMap(Map<InetAddress, Place> places) {
        this.places = places;
        this.loopback = places.values().stream()
                .filter(place -> place.address().isLoopbackAddress())
                .min(Comparator.comparing(place -> place.address().getHostAddress()))
                .orElse(null);
    }

    /** The map of {@code places}; of two with the same address the first counts. */
    public static NetworkMap of(Collection<Place> places) {
        Map<InetAddress, Place> byAddress = new HashMap<>();
        places.forEach(place -> byAddress.putIfAbsent(place.address(), place));
        return new NetworkMap(Map.copyOf(byAddress));
    }

    /** The place of a local address; an unknown one is not trusted. */
    public Place of(InetAddress local) {
        Place place = places.get(local);
        if (place != null) {
            return place;
        }
        return local.isLoopbackAddress() && loopback != null
                ? new Place(local, loopback.interfaceName(), loopback.found(), loopback.how())
                : Place.unknown(local);
    }

    /** Whether {@code local} is the address of an interface. */
    public boolean knows(InetAddress local) {
        return places.containsKey(local) || local.isLoopbackAddress() && loopback != null;
    }

    /** All places, by interface and address. */
    public List<Place> places() {
        return places.values().stream()
                .sorted(Comparator.comparing(Place::interfaceName)
                        .thenComparing(place -> place.address().getHostAddress()))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkMap map && places.equals(map.places);
    }

    @Override
    public int hashCode() {
        return places.hashCode();
    }

    @Override
    public String toString() {
        return places().toString();
    }
}
