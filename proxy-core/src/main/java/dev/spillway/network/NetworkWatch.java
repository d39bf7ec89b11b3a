package dev.spillway.network;

import dev.spillway.limit.LogPace;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.Surroundings;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches which interfaces and addresses this machine has and which of them are of the domain, and publishes that as a map.
 * Owns a thread, {@code spillway-network}, which is an event loop of its own: all that is decided and all connections to
 * controllers happen there, so that neither a slow list of interfaces nor a controller holds a relay up.
 *
 * <p>{@link InterfaceWatch} says what watching costs, {@link DomainProbing} how the domain profile is decided, and
 * {@link DeviceDialer} why an answer means that the controller is reached through that interface.
 *
 * <p>A turn that fails is logged and the next one comes; the last map stays. Methods may be called on any thread.
 */
public final class NetworkWatch implements Surroundings, AutoCloseable {
    /** After a turn that failed. */
    private static final long RECOVER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long CLOSE_SECONDS = 10;
    private static final Logger log = LoggerFactory.getLogger(NetworkWatch.class);

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final LongSupplier ticks;
    private final Consumer<NetworkChange> listener;
    private final InterfaceWatch interfaces;
    private final ControllerNames names;
    private final DomainProbing probing;
    private final LogPace faults = new LogPace(TimeUnit.SECONDS.toNanos(60));
    private final CompletableFuture<Void> probedOnce = new CompletableFuture<>();
    private volatile Published published = new Published(Interfaces.NONE, Map.of(), NetworkMap.EMPTY);
    private volatile boolean closing;
    private DomainSettings settings = DomainSettings.NONE;
    private List<String> shared = List.of();
    private @Nullable Future<?> nextTurn;
    private boolean woken;
    private long pollAt;
    private long askNamesAt;

    /** The map, what it was made of, and the same by interface. */
    private record Published(Interfaces interfaces, Map<LocalAddress, Place> places, NetworkMap map) {}

    /** What a test may put something else in place of. */
    record Parts(
            InterfaceList list,
            Function<EventLoop, Dialer> dialer,
            ControllerNames.Service names,
            Clock clock,
            LongSupplier ticks) {
        static Parts system() {
            return new Parts(
                    InterfaceList.system(),
                    DeviceDialer::new,
                    InetAddress::getAllByName,
                    Clock.systemUTC(),
                    System::nanoTime);
        }
    }

    NetworkWatch(Parts parts, DomainSettings settings, Consumer<NetworkChange> listener) {
        this.ticks = parts.ticks();
        this.listener = listener;
        this.interfaces = new InterfaceWatch(parts.list(), ticks, NetworkWatch::processorTime);
        interfaces.refresh(true);
        this.group = new MultiThreadIoEventLoopGroup(1, NetworkWatch::thread, DeviceDialer.ioHandler());
        this.loop = group.next();
        this.names = new ControllerNames(parts.names(), this::onLoop, this::namesAnswered, ticks);
        this.probing = new DomainProbing(parts.dialer().apply(loop), ticks, parts.clock(), this::wake);
        this.pollAt = ticks.getAsLong() + interfaces.rest();
        // Before anybody can see it, so that the first connection finds the map of the first look.
        probing.interfaces(interfaces.latest());
        publish(false);
        onLoop(() -> {
            apply(settings);
            turn();
        });
    }

    /**
     * Lists the interfaces and begins to watch them; when this returns, {@link #map()} has every address there is.
     *
     * @param settings whom to ask; {@link #settings} changes it
     * @param listener told of every change after the first list, on the thread of this watch; must not block; what it throws
     *     is logged
     */
    public static NetworkWatch open(DomainSettings settings, Consumer<NetworkChange> listener) {
        return new NetworkWatch(Parts.system(), settings, listener);
    }

    private static Thread thread(Runnable task) {
        Thread created = new FastThreadLocalThread(task, "spillway-network");
        created.setDaemon(true);
        return created;
    }

    private static long processorTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    @Override
    public NetworkMap map() {
        return published.map();
    }

    /**
     * The place of a local address. An address that is not known is looked for at once, on the calling thread: normally 30 µs,
     * with thousands of interfaces up to 0.1 s; how often that can happen is bounded, see {@link InterfaceWatch}.
     */
    @Override
    public Place place(InetAddress local) {
        InetAddress address = LocalAddress.plain(local);
        NetworkMap now = published.map();
        if (now.knows(address)) {
            return now.of(address);
        }
        Interfaces before = interfaces.latest();
        LocalInterface owner = interfaces.find(address);
        if (before != interfaces.latest()) {
            onLoop(this::turn);
        }
        return owner == null
                ? Place.unknown(address)
                : new Place(address, owner.name(), NetworkProfile.PUBLIC, unprobed(owner));
    }

    private static String unprobed(LocalInterface owner) {
        return owner.loopback() ? DomainProbing.LOOPBACK : "the address has just appeared";
    }

    /** Changes whom to ask, at once; every address is probed anew. Does nothing after {@link #close}. */
    public void settings(DomainSettings now) {
        onLoop(() -> {
            if (!now.equals(settings)) {
                apply(now);
                turn();
            }
        });
    }

    /**
     * Completed, on the thread of this watch, when every address there was at first has been probed once, or when the watch is
     * closed. Who begins to listen before that judges clients of the domain as public for the moment; who waits should do so
     * with a limit of time, for names that are looked up can take long.
     */
    public CompletionStage<Void> probedOnce() {
        return probedOnce.minimalCompletionStage();
    }

    /** Runs a task on the loop, unless this is closed. */
    private void onLoop(Runnable task) {
        if (!closing) {
            try {
                loop.execute(() -> guarded(task));
            } catch (RejectedExecutionException closed) {
                log.trace("network: closed", closed);
            }
        }
    }

    private void guarded(Runnable task) {
        if (closing) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error fault) {
            faulty("a turn of the watch", fault);
            scheduleIn(RECOVER_NANOS);
        }
    }

    private void faulty(String what, Throwable fault) {
        long times = faults.occasion(ticks.getAsLong());
        if (times > 0) {
            log.error("network: {} failed ({} times since the last line)", what, times, fault);
        }
    }

    private void apply(DomainSettings now) {
        if (settings.controllers().isEmpty()) {
            // Until now it was of no interest which interfaces are up.
            pollAt = ticks.getAsLong();
        }
        settings = now;
        names.controllers(now.controllers());
        names.ask();
        askNamesAt = ticks.getAsLong() + now.probeInterval().toNanos();
        probing.controllers(now, names.targets());
    }

    private void namesAnswered() {
        probing.controllers(settings, names.targets());
        turn();
    }

    /** Has a turn follow what happens now; many wakings make one turn. */
    private void wake() {
        if (!woken) {
            woken = true;
            onLoop(this::turn);
        }
    }

    private void turn() {
        woken = false;
        long now = ticks.getAsLong();
        boolean asks = !settings.controllers().isEmpty();
        if (pollAt - now <= 0) {
            interfaces.refresh(asks);
            pollAt = ticks.getAsLong() + interfaces.rest();
        }
        if (asks && askNamesAt - now <= 0) {
            names.ask();
            askNamesAt = now + settings.probeInterval().toNanos();
        }
        Interfaces latest = interfaces.latest();
        if (latest != published.interfaces()) {
            probing.interfaces(latest);
        }
        long rest = probing.advance();
        publish(true);
        if (!probedOnce.isDone() && !names.asking() && probing.settled()) {
            probedOnce.complete(null);
        }
        long current = ticks.getAsLong();
        rest = Math.min(rest, pollAt - current);
        scheduleIn(asks ? Math.min(rest, askNamesAt - current) : rest);
    }

    private void scheduleIn(long nanos) {
        if (nextTurn != null) {
            nextTurn.cancel(false);
        }
        if (!closing) {
            nextTurn = loop.schedule(() -> guarded(this::turn), Math.max(0, nanos), TimeUnit.NANOSECONDS);
        }
    }

    /** Publishes what has changed, and then tells of it: who is told finds the new map. */
    private void publish(boolean telling) {
        Interfaces latest = interfaces.latest();
        Published before = published;
        if (!probing.takeChanged() && latest == before.interfaces()) {
            return;
        }
        List<LocalAddress> addresses = latest.addresses();
        List<Place> all = probing.places(addresses);
        Map<LocalAddress, Place> places = new HashMap<>();
        for (int i = 0; i < addresses.size(); i++) {
            places.put(addresses.get(i), all.get(i));
        }
        published = new Published(latest, Map.copyOf(places), NetworkMap.of(all));
        if (telling) {
            addresses.forEach(at -> tell(at, before.places().get(at), places.get(at)));
            before.places().keySet().stream()
                    .filter(at -> !places.containsKey(at))
                    .forEach(at -> tell(at, before.places().get(at), null));
        }
        warnOfShared(latest.shared());
    }

    private void warnOfShared(List<String> now) {
        if (!now.equals(shared) && !now.isEmpty()) {
            log.warn(
                    "network: {} addresses are on several interfaces and count as of the first: {}",
                    now.size(),
                    now.stream().limit(8).collect(Collectors.joining("; ")));
        }
        shared = now;
    }

    private void tell(LocalAddress at, @Nullable Place before, @Nullable Place after) {
        Optional<NetworkProfile> was = Optional.ofNullable(before).map(Place::found);
        Optional<NetworkProfile> is = Optional.ofNullable(after).map(Place::found);
        if (was.equals(is)) {
            return;
        }
        String how = after == null ? "the address has gone" : after.how();
        if (was.isPresent() && is.isPresent()) {
            log.info(
                    "network: {} {} is {} now, was {}: {}",
                    at.interfaceName(),
                    at.text(),
                    is.get().label(),
                    was.get().label(),
                    how);
        } else {
            log.debug(
                    "network: {} {} {}: {}", at.interfaceName(), at.text(), is.isPresent() ? "appeared" : "gone", how);
        }
        try {
            listener.accept(new NetworkChange(at.interfaceName(), at.address(), was, is, how));
        } catch (RuntimeException | Error fault) {
            faulty("the listener", fault);
        }
    }

    /**
     * Ends the thread and every connection, and waits for that; not to be called by the listener. The last map stays. More
     * calls do nothing.
     */
    @Override
    public void close() {
        if (!closing) {
            onLoop(this::end);
        }
        group.shutdownGracefully(0, CLOSE_SECONDS / 2, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        // Last: a turn in between would ask for names and fail.
        names.close();
        probedOnce.complete(null);
    }

    private void end() {
        closing = true;
        if (nextTurn != null) {
            nextTurn.cancel(false);
        }
        probing.close();
    }
}
