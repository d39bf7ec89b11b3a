package dev.spillway.pressure;

import dev.spillway.connection.ConnectionFacts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What closes that were asked for will give back, until it can be seen, so that one shortage is neither paid for twice nor
 * waited for without end.
 *
 * <p>A promise is <em>made</em> when a close is asked for and <em>kept</em> when the event loop has done it. When what was
 * kept shows depends on the signal:
 *
 * <ul>
 *   <li><b>Ledger, direct memory, connections and TCP memory</b> show it at once: a promise stands from when it is made until it
 *       is kept. A reset gives the kernel's memory back within the call: 788 MB of 200 sockets were gone from the account in the
 *       first reading after the last of them. To wait for a fall of the reading lost: newcomers refill it in the same moment, and
 *       what was promised hid half of it.
 *   <li><b>Heap, descriptors and stalls</b> show it in what is found out later: when the whole heap was collected, when
 *       descriptors were counted, in a share of a time that began later. A promise stands until the reading was found out
 *       after it was kept.
 *   <li><b>Container memory and the injected signal</b> show it at some time, or never: buffers that go back to the pool stay with the process. Of these a promise
 *       stands until the reading has fallen by it, whoever made it fall, oldest promise first.
 * </ul>
 *
 * <p>And none stands for ever: it is forgotten {@link #settleNanos} after it was kept, for what has not come back by then was
 * an error of the estimate, and the shortage is real. One that was not kept after {@link #OVERDUE_NANOS} does not count
 * either, for its event loop stands still; but its connection stays {@link #closing}, so that nobody chooses it again.
 *
 * <p>What follows for a signal that only closes bring down: the promised sum is never below what is still to come back
 * within its time, so that what is owed (used − promised) is never paid for twice; and it is never above 0 later than
 * {@code settleNanos} plus an eighth after the last close that was kept. A fall that others cause is taken for our own; that
 * can only make a promise shorter.
 *
 * <p>Thread-safe: made and read by the controller, kept by event loops. Time is passed in, of any origin, and may wrap around.
 */
public final class Promises {
    /** An event loop that has not closed a connection for this long stands still. */
    static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is kept in one part of so many of the settle time is one batch, so that their number is bounded. */
    private static final int BATCHES = 8;

    private final Map<Signal, Account> accounts = new EnumMap<>(Signal.class);
    private final Map<Long, Close> closing = new LinkedHashMap<>();

    /** Nothing promised. */
    public Promises() {
        for (Signal signal : Signal.values()) {
            accounts.put(signal, new Account(signal));
        }
    }

    /** A close that was asked for and has not been done. */
    private static final class Close {
        private final ConnectionFacts connection;
        private final long madeAt;
        private boolean overdue;

        private Close(ConnectionFacts connection, long madeAt) {
            this.connection = connection;
            this.madeAt = madeAt;
        }
    }

    /**
     * How long after its close memory is waited for. TCP memory is back with the close, measured; container
     * memory when its counters were gathered and free chunks given back; stalls are shares of up to a second; the heap waits for two
     * collections that are asked for, and descriptors for two counts. The injected signal falls when whoever injects it has
     * looked again.
     */
    public static long settleNanos(Signal signal) {
        return switch (signal) {
            case LEDGER, DIRECT, CONNECTIONS, KERNEL_TCP, CONTAINER_TCP -> 0;
            case CONTAINER -> TimeUnit.MILLISECONDS.toNanos(500);
            case DESCRIPTORS -> TimeUnit.SECONDS.toNanos(2);
            case STALL -> TimeUnit.SECONDS.toNanos(3);
            case HEAP, INJECTED -> TimeUnit.SECONDS.toNanos(10);
        };
    }

    private static boolean foundOutLate(Signal signal) {
        return signal == Signal.HEAP || signal == Signal.DESCRIPTORS || signal == Signal.STALL;
    }

    /** A close was asked for at {@code now}. One that was asked for before is not promised again. */
    public synchronized void made(ConnectionFacts connection, long now) {
        if (closing.putIfAbsent(connection.id(), new Close(connection, now)) == null) {
            accounts.values().forEach(account -> account.made(connection));
        }
    }

    /** The close has been done, at {@code now}. */
    public synchronized void kept(long id, long now) {
        Close close = closing.remove(id);
        if (close != null) {
            accounts.values().forEach(account -> account.kept(close, now));
        }
    }

    /** The connections whose close was asked for and has not been done, as of now. */
    public synchronized Set<Long> closing() {
        return Set.copyOf(closing.keySet());
    }

    /**
     * The reading, with what is promised of it.
     *
     * @param foundOutAt when it was found out, on the clock of {@code now}
     */
    public synchronized Reading apply(Reading reading, long foundOutAt, long now) {
        findOverdue(now);
        return reading.promising(account(reading.signal()).read(reading.used(), foundOutAt, now));
    }

    private void findOverdue(long now) {
        Iterator<Close> oldestFirst = closing.values().iterator();
        while (oldestFirst.hasNext()) {
            Close close = oldestFirst.next();
            if (now - close.madeAt < OVERDUE_NANOS) {
                return;
            }
            if (!close.overdue) {
                close.overdue = true;
                accounts.values().forEach(account -> account.overdue(close));
            }
        }
    }

    /** Forgets what was promised of a signal while it was not watched: nobody looked whether it came back. */
    public synchronized void forget(Signal signal) {
        account(signal).forget();
    }

    /** Whether something of {@code signal} was promised and kept that has not shown. */
    public synchronized boolean unseen(Signal signal) {
        return !account(signal).kept.isEmpty();
    }

    private Account account(Signal signal) {
        Account account = accounts.get(signal);
        if (account == null) {
            throw new IllegalStateException("no account of " + signal);
        }
        return account;
    }

    /** What is promised of one signal. */
    private static final class Account {
        private final Signal signal;
        private final long settle;
        private final Deque<Batch> kept = new ArrayDeque<>();
        private long open;
        /** Of {@link #open}, what has shown already: an event loop closes first and says so then. */
        private long early;

        private long lastUsed = -1;

        private Account(Signal signal) {
            this.signal = signal;
            this.settle = settleNanos(signal);
        }

        void made(ConnectionFacts connection) {
            open += signal.gain(connection);
        }

        void overdue(Close close) {
            open -= signal.gain(close.connection);
            early = Math.min(early, open);
        }

        void kept(Close close, long now) {
            long gain = signal.gain(close.connection);
            if (!close.overdue) {
                open -= gain;
            }
            long shown = Math.min(early, gain);
            early -= shown;
            if (settle > 0 && gain > shown) {
                Batch last = kept.peekLast();
                if (last != null && now - last.firstAt < settle / BATCHES) {
                    last.amount += gain - shown;
                    last.lastAt = now;
                } else {
                    kept.addLast(new Batch(gain - shown, now));
                }
            }
        }

        long read(long used, long foundOutAt, long now) {
            if (!foundOutLate(signal) && settle > 0 && lastUsed > used) {
                fell(lastUsed - used);
            }
            lastUsed = used;
            kept.removeIf(
                    batch -> now - batch.lastAt >= settle || foundOutLate(signal) && foundOutAt - batch.lastAt > 0);
            long sum = open - early;
            for (Batch batch : kept) {
                sum += batch.amount;
            }
            return sum;
        }

        private void fell(long by) {
            long left = by;
            while (left > 0 && !kept.isEmpty()) {
                Batch oldest = kept.getFirst();
                long part = Math.min(left, oldest.amount);
                oldest.amount -= part;
                left -= part;
                if (oldest.amount == 0) {
                    kept.removeFirst();
                }
            }
            early = Math.min(open, early + left);
        }

        void forget() {
            kept.clear();
            lastUsed = -1;
        }
    }

    /** What was kept at about the same time. */
    private static final class Batch {
        private final long firstAt;
        private long lastAt;
        private long amount;

        private Batch(long amount, long at) {
            this.amount = amount;
            this.firstAt = at;
            this.lastAt = at;
        }
    }
}
