package dev.spillway.network;

import dev.spillway.limit.LogPace;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the latest list of interfaces. One thread polls ({@link #refresh}); any thread, an event loop too, may have it look
 * again for an address that the list does not have ({@link #find}). Reads no clock of its own.
 *
 * <p><b>What it costs.</b> A poll takes at most a thousandth of a core: the rest after it is a thousand times the processor
 * time it took, at least a second and at most a minute. So up to 50 interfaces it is one a second; with 1000, one in twenty.
 * What is late then is not new addresses, which {@link #find} notices, but only that an address has gone, or has moved from
 * one interface to another.
 *
 * <p>A look that {@link #find} takes runs on the caller's thread: a connection's verdict is final (S11) and must be right
 * the first time (S5). It takes 30 µs with a few interfaces, 8 ms with 1000 and 75 ms with 4000. Somebody may be able to
 * cause looks at will, where a route or a firewall rule makes whole networks local that are on no interface. So no look
 * begins sooner after the last than 20 times what that one took, and 10 ms; an address that was not found is not looked for
 * again for a second; and how many such addresses are remembered is bounded. In the time between two looks the list of the
 * last one counts.
 */
final class InterfaceWatch {
    /** Between two polls, and the bounds of how far it is stretched. */
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A poll is followed by a rest of so many times what it took. */
    static final long REST_SHARE = 1000;

    /** Between two looks on event loops, all of them together. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    static final long LOOK_SHARE = 20;

    /** For how long an address that was not found is not looked for again, and how many of them are remembered. */
    static final long ABSENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    static final int MOST_ABSENT = 1024;

    private static final Logger log = LoggerFactory.getLogger(InterfaceWatch.class);

    private final InterfaceList list;
    private final LongSupplier ticks;
    private final LongSupplier spent;
    private final LogPace failures = new LogPace(TimeUnit.SECONDS.toNanos(60));
    private final Map<InetAddress, Long> absentUntil = new ConcurrentHashMap<>();
    private final Object looking = new Object();
    private volatile Latest latest;
    private volatile long rest = INTERVAL_NANOS;
    private boolean anyLook;
    private long lookAgainAt;

    /** A list, and when the reading of it began. */
    private record Latest(Interfaces interfaces, long begun) {}

    /**
     * @param ticks nanoseconds that only go up, from any origin
     * @param spent processor time of the calling thread so far, in nanoseconds
     */
    InterfaceWatch(InterfaceList list, LongSupplier ticks, LongSupplier spent) {
        this.list = list;
        this.ticks = ticks;
        this.spent = spent;
        this.latest = new Latest(Interfaces.NONE, ticks.getAsLong());
    }

    /** The latest list. */
    Interfaces latest() {
        return latest.interfaces();
    }

    /** How long to rest after the last poll, in nanoseconds. */
    long rest() {
        return rest;
    }

    /**
     * Reads the list. If that fails the last one stays.
     *
     * @param withState whether to ask which interfaces are up, too
     */
    void refresh(boolean withState) {
        long before = spent.getAsLong();
        read(withState);
        long cost = Math.max(0, spent.getAsLong() - before);
        rest = Math.min(LONGEST_NANOS, Math.max(INTERVAL_NANOS, cost * REST_SHARE));
    }

    /**
     * The interface that has {@code address}, after another look if it isn't in the latest list.
     *
     * @param address in its {@link LocalAddress#plain} form
     * @return null if there is none, or if it is too soon to look again
     */
    @Nullable
    LocalInterface find(InetAddress address) {
        LocalInterface owner = latest().ownerOf(address);
        if (owner != null) {
            return owner;
        }
        long asked = ticks.getAsLong();
        Long until = absentUntil.get(address);
        if (until != null && until - asked > 0) {
            return null;
        }
        synchronized (looking) {
            // Another loop may have looked while this one waited for its turn.
            if (latest.begun() - asked <= 0) {
                if (anyLook && lookAgainAt - asked > 0) {
                    return latest().ownerOf(address);
                }
                look();
            }
            owner = latest().ownerOf(address);
            if (owner == null) {
                rememberAbsent(address, asked);
            }
            return owner;
        }
    }

    private void look() {
        long begun = ticks.getAsLong();
        read(false);
        long took = Math.max(0, ticks.getAsLong() - begun);
        anyLook = true;
        lookAgainAt = begun + took + Math.max(LOOK_NANOS, took * LOOK_SHARE);
    }

    private void rememberAbsent(InetAddress address, long asked) {
        if (LocalAddress.linkLocal(address)) {
            // It would hide the same address on another link.
            return;
        }
        if (absentUntil.size() >= MOST_ABSENT) {
            absentUntil.values().removeIf(until -> until - asked <= 0);
        }
        if (absentUntil.size() < MOST_ABSENT) {
            absentUntil.put(address, asked + ABSENT_NANOS);
        }
    }

    /** How many addresses are remembered as being nowhere. */
    int remembered() {
        return absentUntil.size();
    }

    private void read(boolean withState) {
        long begun = ticks.getAsLong();
        try {
            Interfaces now = new Interfaces(list.read(withState));
            publish(withState ? now : now.withStateOf(latest()), begun);
        } catch (SocketException | RuntimeException failure) {
            long times = failures.occasion(begun);
            if (times > 0) {
                log.warn(
                        "network: the interfaces can't be listed, so the last list stays ({} times since the last line)",
                        times,
                        failure);
            }
        }
    }

    /** Of two lists the one that was begun later counts, whoever is ready first. */
    private synchronized void publish(Interfaces now, long begun) {
        if (begun - latest.begun() >= 0) {
            boolean same = now.all().equals(latest.interfaces().all());
            latest = new Latest(same ? latest.interfaces() : now, begun);
        }
    }
}
