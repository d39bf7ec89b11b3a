package dev.spillway.relay;

import dev.spillway.limit.RoomBout;
import dev.spillway.limit.RoomEvent;
import dev.spillway.limit.Shortage;
import dev.spillway.limit.SilentLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who goes so that newcomers find room: of the half-open connections that MPP may close, the one that has been silent for
 * longest (S16). The newcomer, who may be honest, is not the one refused.
 *
 * <p>A connection is half-open from its accept until the first byte of its client is passed on, and silent since its accept, or
 * since its server last spoke: a client that waits for a banner has said nothing because it is not its turn. That makes it
 * younger, once for each time the server speaks, and not immune; who never answers becomes the oldest again. One whose client
 * has spoken to the kernel, and was not read yet, is passed over. Exempt connections are neither counted here nor closed.
 *
 * <p><b>Each event loop has a line of its own, and closes who is in it; nobody else touches it.</b> So what a client said and
 * that it is closed can't cross: whose first byte was passed on has left the line, on the same thread. Which line has the oldest
 * is told by one number a line, read without locks. If that is another loop's, the loop is asked, looks again who is the oldest
 * when its turn comes, and passes the request on if it is another's by then.
 *
 * <p>Who came within the last {@value #LEAST_SILENCE_MILLIS} ms is not silent yet: what it says may be on its way, and a proxy that
 * is full of those who speak would close one newcomer for the next. So a limit may be exceeded for as long; the sweep of an
 * event loop brings it back.
 *
 * <p><b>Nobody goes for room that is there by now.</b> A request may wait for a slow event loop, and others with it. So whoever
 * asks says what is needed ({@link Need}), and is asked again when the loop comes to it: then somebody goes only if more have to
 * than other loops are closing for the same shortage in that moment.
 *
 * <p>Work is bounded: a newcomer has {@value #AT_ONCE} closed at the most, in constant time each, and no more than {@value
 * SilentShard#LOOKS} looked at for it. In a dry run nobody is closed.
 *
 * <p>Any thread.
 */
public final class MakingRoom {
    /** How many go for one newcomer: one for its place, and one more, so that a limit that was lowered is met soon. */
    static final int AT_ONCE = 2;

    /**
     * A client that speaks first does so with the last segment of its handshake, or right behind it. One that is spoken to needs a
     * round trip, from when its server spoke. At 20 000 descriptors it is met above 20 000 silent newcomers a second.
     */
    static final int LEAST_SILENCE_MILLIS = 200;

    /** How many are closed in one sweep of an event loop, if there are too many. */
    private static final int MOST_IN_A_SWEEP = 256;

    private static final long LEAST_SILENCE = TimeUnit.MILLISECONDS.toNanos(LEAST_SILENCE_MILLIS);

    /** How long nobody has to be closed until a bout is over. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Shortage[] SHORTAGES = Shortage.values();

    private final List<SilentShard> lines = new ArrayList<>();
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    /** For each shortage, how many are being closed in this moment and may not be counted out yet. */
    private final AtomicIntegerArray closing = new AtomicIntegerArray(SHORTAGES.length);

    private final AtomicLongArray closed = new AtomicLongArray(SHORTAGES.length);
    private final List<RoomBout> bouts = Stream.of(SHORTAGES)
            .map(shortage -> new RoomBout(shortage, QUIET_NANOS))
            .toList();
    private final Need tooManyHalfOpen = this::tooManyHalfOpen;
    private volatile int most = Integer.MAX_VALUE;
    private volatile BooleanSupplier dryRun = () -> false;

    /** What somebody asks for. */
    @FunctionalInterface
    public interface Need {
        /** How many more have to go, as it is now; 0 or less if nobody has to. Any thread; must not block. */
        int tooMany();

        /**
         * Another event loop had to be asked and has come to it, unless it is far behind; on that event loop.
         *
         * @param made whether somebody was closed
         */
        default void heard(boolean made) {}

        /** The same of two functions. */
        static Need of(IntSupplier tooMany, Consumer<Boolean> heard) {
            return new Need() {
                @Override
                public int tooMany() {
                    return tooMany.getAsInt();
                }

                @Override
                public void heard(boolean made) {
                    heard.accept(made);
                }
            };
        }
    }

    /** What came of a request for room. */
    public enum Outcome {
        /** Somebody was closed. */
        MADE,
        /** Somebody is going to be, if anybody is left when the event loop comes to it. */
        ASKED,
        /** Nobody had to be: there is room. */
        NEEDLESS,
        /** There is nobody to close. */
        NOBODY
    }

    MakingRoom() {}

    SilentShard line(RelayShard shard) {
        SilentShard line = new SilentShard(this, shard);
        lines.add(line);
        return line;
    }

    /** Says when nobody may be closed. */
    public void restrain(BooleanSupplier dryRun) {
        this.dryRun = dryRun;
    }

    /** Sets how many may be half-open at a time; a lower number is met as newcomers come. */
    public void most(int most) {
        this.most = most;
    }

    /** How many may be half-open at a time. */
    public int most() {
        return most;
    }

    /** How many connections that MPP may close are half-open now. */
    public int halfOpen() {
        return halfOpen.get();
    }

    /** A newcomer begins to wait for a place. */
    public void waits() {
        waiting.incrementAndGet();
    }

    /** One waits no more: it has a place, or was given up. */
    public void waitsNoMore() {
        waiting.decrementAndGet();
    }

    /** How many newcomers wait for a place, at all listening sockets. */
    public int waiting() {
        return waiting.get();
    }

    /** Whether somebody might be closed for a newcomer. */
    public boolean possible() {
        return !dryRun.getAsBoolean() && oldest() != null;
    }

    /** Has whoever has been silent for longest closed, if that is needed. */
    public Outcome makeRoom(Shortage shortage, Need need) {
        if (dryRun.getAsBoolean()) {
            return Outcome.NOBODY;
        }
        SilentShard oldest = oldest();
        return oldest == null ? Outcome.NOBODY : oldest.closeFirst(shortage, need);
    }

    /** The line whose first has been silent for longest; null if nobody has been for long enough. */
    @Nullable
    SilentShard oldest() {
        SilentShard oldest = null;
        long since = SilentLine.NOBODY;
        for (SilentShard line : lines) {
            long its = line.since();
            if (SilentLine.precedes(its, since)) {
                oldest = line;
                since = its;
            }
        }
        return oldest != null && silentFor(since) ? oldest : null;
    }

    /** Whether one who is silent since then has been for long enough. */
    static boolean silentFor(long since) {
        return System.nanoTime() - since >= LEAST_SILENCE;
    }

    /** One more is half-open; others go if these are too many. */
    void entered() {
        trim(halfOpen.incrementAndGet(), AT_ONCE);
    }

    /** Has those closed that are too many. For the sweep of an event loop. */
    void trim() {
        trim(halfOpen.get(), MOST_IN_A_SWEEP);
    }

    private void trim(int now, int atOnce) {
        int tooMany = Math.min(atOnce, now - most);
        for (int i = 0; i < tooMany; i++) {
            Outcome outcome = makeRoom(Shortage.HALF_OPEN, tooManyHalfOpen);
            if (outcome == Outcome.NOBODY || outcome == Outcome.NEEDLESS) {
                break;
            }
        }
    }

    void left() {
        halfOpen.decrementAndGet();
    }

    private int tooManyHalfOpen() {
        return halfOpen.get() - most;
    }

    /**
     * Whether a request still stands: others may have gone meanwhile, and two event loops must not close one each for the same
     * one too many. If so it has to be ended by {@link #answered}. What is needed is asked after the count of those that are
     * being closed, and who was closed is counted out before it: so each of them is seen at least once.
     */
    boolean answer(Shortage shortage, Need need) {
        int others = closing.getAndIncrement(shortage.ordinal());
        if (need.tooMany() > others) {
            return true;
        }
        closing.decrementAndGet(shortage.ordinal());
        return false;
    }

    /** Whoever was closed has been counted out. */
    void answered(Shortage shortage) {
        closing.decrementAndGet(shortage.ordinal());
    }

    void closed(Shortage shortage) {
        closed.incrementAndGet(shortage.ordinal());
    }

    /** How many were closed for a shortage so far. */
    public long closedFor(Shortage shortage) {
        return closed.get(shortage.ordinal());
    }

    RoomView view() {
        Map<Shortage, Long> made = new EnumMap<>(Shortage.class);
        for (Shortage shortage : SHORTAGES) {
            made.put(shortage, closedFor(shortage));
        }
        return new RoomView(halfOpen(), most, made);
    }

    /**
     * What there is to tell of it, each once. To be asked now and then, by one thread.
     *
     * @param now a {@code System.nanoTime()}
     */
    public List<RoomEvent> tell(long now) {
        List<RoomEvent> events = new ArrayList<>();
        for (Shortage shortage : SHORTAGES) {
            bouts.get(shortage.ordinal())
                    .tell(now, closedFor(shortage), halfOpen(), most)
                    .ifPresent(events::add);
        }
        return events;
    }
}
