package dev.spillway.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces there were at one moment. Immutable.
 *
 * <p>Whose an address is: a link-local IPv6 address says so itself, by its scope, so the same one may be on many interfaces.
 * Any other address that is on several (an unnumbered point-to-point link has that of another interface) counts as of the
 * interface with the lowest index, as the kernel's table of local addresses has it. And on loopback each address of an
 * IPv4 network is local, so that 127.0.0.2 belongs to it although no list shows it.
 */
final class Interfaces {
    static final Interfaces NONE = new Interfaces(List.of());

    private final List<LocalInterface> all;
    private final Map<Integer, LocalInterface> byIndex = new HashMap<>();
    private final Map<InetAddress, LocalInterface> owners = new HashMap<>();
    private final List<LocalInterface> loopbacks;
    private final List<LocalAddress> addresses = new ArrayList<>();
    private final List<String> shared = new ArrayList<>();

    Interfaces(Collection<LocalInterface> interfaces) {
        all = interfaces.stream()
                .sorted(Comparator.comparingInt(LocalInterface::index))
                .toList();
        loopbacks = all.stream().filter(LocalInterface::loopback).toList();
        all.forEach(this::enter);
    }

    private void enter(LocalInterface entry) {
        byIndex.put(entry.index(), entry);
        for (LocalInterface.Assigned assigned : entry.addresses()) {
            InetAddress address = assigned.address();
            LocalInterface owner = owners.putIfAbsent(address, entry);
            if (owner == null || LocalAddress.linkLocal(address)) {
                addresses.add(new LocalAddress(entry.name(), entry.index(), address));
            } else if (owner.index() != entry.index()) {
                shared.add(address.getHostAddress() + " is on " + owner.name() + " and " + entry.name());
            }
        }
    }

    List<LocalInterface> all() {
        return all;
    }

    /** Every address with the interface that owns it, by index. */
    List<LocalAddress> addresses() {
        return addresses;
    }

    /** Which addresses are on several interfaces, for people. */
    List<String> shared() {
        return shared;
    }

    @Nullable
    LocalInterface at(int index) {
        return byIndex.get(index);
    }

    /**
     * The interface that a connection to {@code address} came in by, as far as an address tells.
     *
     * @param address in its {@link LocalAddress#plain} form
     * @return null if no interface has it
     */
    @Nullable
    LocalInterface ownerOf(InetAddress address) {
        int scope = LocalAddress.scopeOf(address);
        if (scope != 0) {
            LocalInterface link = byIndex.get(scope);
            return link != null && link.has(address) ? link : null;
        }
        LocalInterface owner = owners.get(address);
        if (owner != null) {
            return owner;
        }
        for (LocalInterface loopback : loopbacks) {
            if (loopback.hasNetworkOf(address) || address.isLoopbackAddress()) {
                return loopback;
            }
        }
        return null;
    }

    /** The same, with the state of interfaces taken from {@code earlier} where it was known there. */
    Interfaces withStateOf(Interfaces earlier) {
        List<LocalInterface> carried = new ArrayList<>();
        for (LocalInterface now : all) {
            LocalInterface before = earlier.at(now.index());
            carried.add(before != null && before.name().equals(now.name()) ? now.withState(before.up()) : now);
        }
        return new Interfaces(carried);
    }
}
