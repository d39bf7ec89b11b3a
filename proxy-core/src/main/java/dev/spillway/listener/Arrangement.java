package dev.spillway.listener;

import dev.spillway.transport.HostPort;
import dev.spillway.transport.Transport;
import dev.spillway.upstream.Upstream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners as they are to be, and the way there, in steps of which only the first two can fail: {@link #of} looks
 * names up, {@link #bind} binds what is new, {@link #publish} makes it so, {@link #retire} gives up what is left over, and {@link #settle} waits for what is still under way.
 *
 * <p>An address that is listened at before and after keeps its sockets, whichever listener it belongs to: a listener whose
 * bind stays, one that was renamed, two that change places. No SYN finds such a port closed, and nothing in an accept
 * queue is lost. Other addresses are bound before those they replace are given up, also where they overlap ({@code
 * 127.0.0.1:80} becomes {@code *:80}), if the transport lets sockets share an address.
 *
 * <p>Used by one thread at a time, not an event loop.
 */
public final class Arrangement {
    /**
     * How long a socket of ours may be seen in the kernel after it was closed, and how often it is looked at: an io_uring
     * keeps it until its last accept has ended.
     */
    private static final long RELEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long event loops are waited for that are to set an option. */
    private static final long SETTLE_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(Arrangement.class);

    private final Listeners listeners;
    private final List<Place> places = new ArrayList<>();
    private final Set<ListeningSockets> kept = new HashSet<>();
    private final Map<ListeningSockets, Listener> leaving = new LinkedHashMap<>();
    private final Map<ListenerSettings, CompletableFuture<?>> deferring = new LinkedHashMap<>();

    /** One listener to be: the one of that name if there is one, and its sockets, new ones or kept. */
    private record Place(
            Listener listener, ListenerSettings settings, Upstream upstream, ListeningSockets sockets, boolean fresh) {}

    private Arrangement(Listeners listeners) {
        this.listeners = listeners;
    }

    /**
     * Finds out what is to be done so that {@code listeners} become {@code next}; changes nothing. May block to look names
     * up.
     *
     * @param pools the pool of each name, as it is to be
     * @throws IOException if a name of a bind is not known; the message names the listener
     */
    public static Arrangement of(Listeners listeners, List<ListenerSettings> next, Function<String, Upstream> pools)
            throws IOException {
        Arrangement arrangement = new Arrangement(listeners);
        Map<String, Listener> byName = new LinkedHashMap<>();
        listeners.all().forEach(listener -> byName.put(listener.name(), listener));
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        for (ListenerSettings settings : next) {
            Listener same = byName.get(settings.name());
            InetSocketAddress address =
                    settings.bind().equals(same == null ? null : same.settings().bind()) ? null : address(settings);
            if (same != null && (address == null || sameAddress(same.sockets(), address))) {
                arrangement.kept.add(same.sockets());
            } else if (address != null) {
                addresses.put(settings.name(), address);
            }
        }
        for (ListenerSettings settings : next) {
            Upstream upstream = pools.apply(settings.upstream());
            Listener same = byName.get(settings.name());
            InetSocketAddress address = addresses.get(settings.name());
            if (same != null && address == null) {
                arrangement.places.add(new Place(same, settings, upstream, same.sockets(), false));
            } else {
                arrangement.move(settings, upstream, same, Objects.requireNonNull(address));
            }
        }
        return arrangement;
    }

    /** Port 0 is never the same: it stands for any free one. */
    private static boolean sameAddress(ListeningSockets sockets, InetSocketAddress address) {
        return address.getPort() != 0 && sockets.asked().equals(address);
    }

    private void move(
            ListenerSettings settings, Upstream upstream, @Nullable Listener same, InetSocketAddress address) {
        Optional<ListeningSockets> handedOn = listeners.all().stream()
                .map(Listener::sockets)
                .filter(sockets -> sameAddress(sockets, address))
                .filter(kept::add)
                .findFirst();
        ListeningSockets sockets = handedOn.orElseGet(() -> new ListeningSockets(address, listeners.shared()));
        Listener listener = same != null ? same : new Listener(settings, listeners.shared(), upstream, sockets);
        places.add(new Place(listener, settings, upstream, sockets, handedOn.isEmpty()));
    }

    private static InetSocketAddress address(ListenerSettings settings) throws IOException {
        HostPort bind = settings.bind();
        try {
            return bind.host().equals("*")
                    ? new InetSocketAddress(bind.port())
                    : new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port());
        } catch (UnknownHostException unknown) {
            throw unbindable(settings, unknown);
        }
    }

    private static IOException unbindable(ListenerSettings settings, Exception why) {
        return new IOException(
                "listeners." + settings.name() + ".bind: " + settings.bind() + " can't be bound: " + why.getMessage(),
                why);
    }

    /**
     * Binds the new sockets. They accept when they are published and {@link Listeners#open} is called.
     *
     * @throws IOException if one can't be bound; nothing has changed and nothing is left open. The message names the
     *     listener
     */
    public void bind() throws IOException {
        List<ListeningSockets> bound = new ArrayList<>(kept);
        for (Place place : places) {
            if (place.fresh()) {
                try {
                    refuseClashes(place.sockets().asked(), bound);
                    place.sockets().bind(place.listener(), place.settings().backlog());
                    bound.add(place.sockets());
                } catch (IOException | RuntimeException failure) {
                    abandon();
                    throw unbindable(place.settings(), failure);
                }
            }
        }
    }

    /** Closes what {@link #bind} has bound, if it is not to be published. */
    public void abandon() {
        places.stream().filter(Place::fresh).forEach(place -> place.sockets().close());
    }

    /** Makes it so. New sockets don't accept yet, and those that are left over still do. */
    public void publish() {
        listeners.all().stream()
                .filter(listener -> !kept.contains(listener.sockets()))
                .forEach(listener -> leaving.put(listener.sockets(), listener));
        for (Place place : places) {
            warnOfDefer(place.settings());
            place.listener().serve(place.settings(), place.upstream(), place.sockets());
            place.sockets().belongTo(place.listener());
            place.sockets().backlog(place.settings().backlog());
            deferring.put(
                    place.settings(),
                    place.sockets().deferAccept(place.settings().deferAccept()));
        }
        listeners.publish(places.stream().map(Place::listener).toList());
    }

    /**
     * Waits until event loops have done what {@link #publish} has asked them for, for {@value #SETTLE_MILLIS} ms at the most in all, so not on
     * one of them. Who connects afterwards meets it.
     */
    public void settle() {
        long latest = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
        deferring.forEach((settings, inForce) -> {
            String what = "listeners." + settings.name() + ".defer-accept";
            try {
                inForce.get(latest - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException slow) {
                log.warn(
                        "{}: not in force within {} ms, an event loop does not answer; it may follow",
                        what,
                        SETTLE_MILLIS);
            } catch (ExecutionException refused) {
                log.warn("{}: not in force everywhere", what, refused.getCause());
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        });
        deferring.clear();
    }

    private void warnOfDefer(ListenerSettings settings) {
        Transport transport = listeners.shared().transport();
        if (!settings.deferAccept().isZero() && !transport.defersAccept()) {
            log.warn(
                    "listeners.{}.defer-accept: {} s has no effect with transport {} (expected: epoll or io_uring)",
                    settings.name(),
                    settings.deferAccept().toSeconds(),
                    transport.kind().label());
        }
    }

    /**
     * Gives up the sockets that are left over. What the kernel has for them is accepted and served as ever: where they can
     * be deafened (Linux 5.7 and later, not NIO), the handshakes under way too. What can't be saved: a client that answers
     * with a SYN cookie after that; elsewhere, a handshake that is under way at the moment of the close. Established
     * connections go on to their natural end. Waits until no newcomer is answered any more, a second at the most.
     */
    public void retire() {
        listeners.retire(leaving);
    }

    /**
     * Sockets that may share an address share it with every process of the same user that allows it, a second proxy
     * started by mistake too: each would get a part of the connections, and no one would be told. So the address is first
     * tried with a socket that does not share. If one of our own is in the way of that, which is to go, the kernel is asked
     * who listens there.
     */
    private void refuseClashes(InetSocketAddress address, List<ListeningSockets> staying) throws IOException {
        for (ListeningSockets other : staying) {
            if (other.overlaps(address)) {
                throw new BindException("another listener takes " + text(other.bound()));
            }
        }
        boolean shares = listeners.shared().transport().sharesPorts();
        if (!shares) {
            // They hear SYNs still, but only for want of room did they not end at once.
            listeners.closeRetiring();
        }
        List<ListeningSockets> inTheWay =
                going().stream().filter(other -> other.overlaps(address)).toList();
        if (inTheWay.isEmpty()) {
            if (shares && address.getPort() != 0) {
                tryAlone(address);
            }
        } else if (!shares) {
            throw new BindException("this proxy itself listens at "
                    + text(inTheWay.get(0).bound()) + " until then, and transport "
                    + listeners.shared().transport().kind().label()
                    + " can't share an address (expected: a port not in use, a restart, or transport.kind = epoll)");
        } else {
            refuseStrangers(address);
        }
    }

    private static void tryAlone(InetSocketAddress address) throws IOException {
        try (Socket alone = new Socket()) {
            alone.setReuseAddress(true);
            alone.bind(address);
        }
    }

    private void refuseStrangers(InetSocketAddress address) throws IOException {
        Set<Integer> own = new HashSet<>();
        listeners.all().forEach(listener -> own.addAll(listener.sockets().descriptors()));
        listeners.retiring().forEach(sockets -> own.addAll(sockets.descriptors()));
        places.forEach(place -> own.addAll(place.sockets().descriptors()));
        Optional<InetSocketAddress> stranger = PortHolders.stranger(address, own);
        long latest = System.nanoTime() + RELEASE_NANOS;
        while (stranger.isPresent() && System.nanoTime() - latest < 0) {
            LockSupport.parkNanos(RECHECK_NANOS);
            stranger = PortHolders.stranger(address, own);
        }
        if (stranger.isPresent()) {
            throw new BindException("Address already in use: another process listens at " + text(stranger.get()));
        }
    }

    /** The sockets that won't be there any more. */
    private List<ListeningSockets> going() {
        List<ListeningSockets> going = new ArrayList<>(listeners.retiring());
        listeners.all().stream()
                .map(Listener::sockets)
                .filter(sockets -> !kept.contains(sockets))
                .forEach(going::add);
        return going;
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
