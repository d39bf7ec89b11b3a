package dev.spillway.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The local addresses of this machine at one moment, each with its place. Immutable. Addresses of 127.0.0.0/8 that no
 * interface lists are the loopback interface's all the same: the kernel takes connections to each of them. A link-local
 * address is told from the same one on another link by its scope.
 */
public final class NetworkMap {
    /** Of a machine without addresses. */
    public static final NetworkMap EMPTY = new NetworkMap(Map.of());

    private final Map<Object, Place> places;
    private final @Nullable Place loopback;

    /** A link-local address and its link; the JDK calls addresses equal whose scopes differ. */
    private record OnLink(Inet6Address address, int scope) {}

    private NetworkMap(Map<Object, Place> places) {
        this.places = places;
        this.loopback = places.values().stream()
                .filter(place -> place.address().isLoopbackAddress())
                .min(Comparator.comparing(place -> place.address().getHostAddress()))
                .orElse(null);
    }

    /** The map of {@code places}; of two with the same address the first counts. */
    public static NetworkMap of(Collection<Place> places) {
        Map<Object, Place> byAddress = new HashMap<>();
        places.forEach(place -> byAddress.putIfAbsent(key(place.address()), place));
        return new NetworkMap(Map.copyOf(byAddress));
    }

    private static Object key(InetAddress address) {
        return address instanceof Inet6Address six && six.isLinkLocalAddress()
                ? new OnLink(six, six.getScopeId())
                : address;
    }

    /** The place of a local address; an unknown one is not trusted. */
    public Place of(InetAddress local) {
        Place place = places.get(key(local));
        if (place != null) {
            return place;
        }
        return local.isLoopbackAddress() && loopback != null
                ? new Place(local, loopback.interfaceName(), loopback.found(), loopback.how())
                : Place.unknown(local);
    }

    /** Whether {@code local} is the address of an interface. */
    public boolean knows(InetAddress local) {
        return places.containsKey(key(local)) || local.isLoopbackAddress() && loopback != null;
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
