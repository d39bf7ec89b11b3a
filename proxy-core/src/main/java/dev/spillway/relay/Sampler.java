package dev.spillway.relay;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which relays of one event loop are looked at, suspects first, within a budget of time.
 *
 * <p>A look costs one to three system calls for each of both sockets, one or two microseconds in all. So not every relay can be
 * looked at in every epoch, and most need not be. Each waits in one of four lines, in the order of when it came to it:
 *
 * <ul>
 *   <li><b>suspects</b>: bytes waited at the last look, and the peer had taken nothing worth the name since the look before,
 *       or lets us send none;
 *   <li><b>stirring</b>: something waits that changes without our being told, or may: bytes in a send queue, where a peer's
 *       kernel takes them; bytes in our buffers that a socket did not take; bytes unread in a receive queue, because the sink
 *       is full, we were told not to read, or the upstream is still being connected. Or it was never looked at;
 *   <li><b>moving</b>: nothing waited at the last look, but bytes have been passed on since;
 *   <li><b>quiet</b>: nothing waited, and nothing has moved since.
 * </ul>
 *
 * <p><b>Why a quiet one need not be looked at.</b> Its send queues were empty, and only we put something into them, which
 * counts as moving. Its receive queues were empty, and what comes into them in order is read at once: a half reads
 * whenever its sink has taken everything, and a sink that has not is bytes that wait, which came by moving. A direction that has ended
 * brings nothing more. One thing can pile up unseen: segments that a peer sends beyond a gap it leaves, which are not
 * readable, bounded by the receive buffer. For that, a quiet one is looked at every {@value #QUIET_SECONDS} seconds.
 *
 * <p><b>The budget.</b> In calm times the loop's own timer comes every {@value #TICK_MILLIS} ms and may take
 * {@value #CALM_SHARE} of the loop's time divided by the number of loops, but no less than {@value #LEAST_CALM_SHARE}: so 1 % of one core in all on
 * up to ten loops. There the same relay is not looked at again before a pause. In an episode the controller asks for a
 * pass in each epoch, says what it may take, and waits for it; there are no pauses then. Suspects may take half of a
 * pass before the others, stirring ones a quarter, moving and quiet ones an eighth each, and what one leaves of its share goes to
 * the next, so that neither a flood of suspects nor many that chatter hide newcomers. A look that has begun is finished.
 *
 * <p>Belongs to one event loop; {@link #view} may be asked by any thread. All methods take no time but {@link #pass}.
 */
final class Sampler {
    /** Between two passes in calm times. */
    static final long TICK_MILLIS = 100;

    /** Of the time of one core, all loops together. */
    static final double CALM_SHARE = 0.01;

    /** Of the time of each loop. */
    static final double LEAST_CALM_SHARE = 0.001;

    static final int QUIET_SECONDS = 30;

    /** A relay that is in line for a look for so long has facts that are stale. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long SUSPECT_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long STIRRING_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MOVING_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long QUIET_PAUSE = TimeUnit.SECONDS.toNanos(QUIET_SECONDS);
    private static final long TICKS_A_SECOND = TimeUnit.SECONDS.toMillis(1) / TICK_MILLIS;

    private final Line suspects = new Line();
    private final Line stirring = new Line();
    private final Line moving = new Line();
    private final Line quiet = new Line();
    private final boolean kernelTold;
    private final LongSupplier clock;
    private final LongSupplier cpu;
    private final long calmBudget;
    private long samples;
    private long nanos;
    private long cutShort;
    private int unseen;
    private int stale;
    private long ticks;
    private volatile SamplingView view;

    /**
     * A sampler of nothing yet.
     *
     * @param kernelTold whether the kernel tells what it holds
     * @param loops how many event loops there are
     * @param clock nanoseconds of any origin
     * @param cpu what the thread that asks has spent of a processor's time so far, in nanoseconds
     */
    Sampler(boolean kernelTold, int loops, LongSupplier clock, LongSupplier cpu) {
        this.kernelTold = kernelTold;
        this.clock = clock;
        this.cpu = cpu;
        this.calmBudget =
                (long) (TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS) * Math.max(CALM_SHARE / loops, LEAST_CALM_SHARE));
        this.view = show();
    }

    /** A relay has come. */
    void add(Place place) {
        place.since = clock.getAsLong();
        stirring.add(place);
        unseen++;
    }

    /** A relay has ended. */
    void remove(Place place) {
        Line line = place.line;
        if (line != null) {
            line.remove(place);
        }
        if (!place.seen) {
            unseen--;
        }
        place.gone = true;
    }

    /** Bytes are passed on at a relay. */
    void move(Place place, long now) {
        if (place.line == quiet) {
            change(place, moving, now);
        }
    }

    /** Something waits at a relay that did not at its last look. */
    void stir(Place place, long now) {
        if (place.line == quiet || place.line == moving) {
            change(place, stirring, now);
        }
    }

    private static void change(Place place, Line to, long now) {
        Line from = place.line;
        if (from != null) {
            from.remove(place);
            place.since = now;
            to.add(place);
        }
    }

    /** A pass of the loop's own timer. */
    void tick() {
        pass(calmBudget, SUSPECT_PAUSE, STIRRING_PAUSE, MOVING_PAUSE);
        if (++ticks % TICKS_A_SECOND == 0) {
            countStale();
        }
    }

    /** A pass without pauses, for as long as {@code budget} nanoseconds. */
    void pass(long budget) {
        pass(budget, 1, 1, 1);
    }

    private void pass(long budget, long suspectPause, long stirringPause, long movingPause) {
        long spent = cpu.getAsLong();
        long began = clock.getAsLong();
        long end = began + budget;
        take(suspects, began, suspectPause, end - budget / 2);
        take(stirring, began, stirringPause, end - budget / 4);
        take(moving, began, movingPause, end - budget / 8);
        take(quiet, began, QUIET_PAUSE, end);
        boolean all = take(suspects, began, suspectPause, end)
                && take(stirring, began, stirringPause, end)
                && take(moving, began, movingPause, end);
        if (!all) {
            cutShort++;
        }
        nanos += cpu.getAsLong() - spent;
        view = show();
    }

    /** Looks at those who have waited for {@code pause} when the pass began, or until {@code end}; whether it was all. */
    private boolean take(Line line, long began, long pause, long end) {
        while (due(line, began, pause)) {
            long now = clock.getAsLong();
            if (now - end >= 0) {
                return false;
            }
            look(line.remove(), now);
        }
        return true;
    }

    private static boolean due(Line line, long began, long pause) {
        return line.first != null && began - line.first.since >= pause;
    }

    private void look(Place place, long now) {
        if (!place.seen) {
            place.seen = true;
            unseen--;
        }
        Standing standing = Standing.QUIET;
        try {
            standing = place.look(now);
        } finally {
            samples++;
            place.since = now;
            // A look may find a fault that ends the relay.
            if (!place.gone) {
                line(standing).add(place);
            }
        }
    }

    private Line line(Standing standing) {
        return switch (standing) {
            case STANDS -> suspects;
            case STIRS -> stirring;
            case QUIET -> quiet;
        };
    }

    private void countStale() {
        long spent = cpu.getAsLong();
        long late = clock.getAsLong() - STALE_NANOS;
        stale = suspects.waiting(late) + stirring.waiting(late) + moving.waiting(late);
        nanos += cpu.getAsLong() - spent;
        view = show();
    }

    private SamplingView show() {
        return new SamplingView(
                kernelTold,
                samples,
                nanos,
                cutShort,
                suspects.size,
                stirring.size + moving.size,
                quiet.size,
                unseen,
                stale);
    }

    SamplingView view() {
        return view;
    }

    /** What a look says of a relay. */
    enum Standing {
        /** Bytes wait, and the peer took none since the look before, or does not let us send. */
        STANDS,
        /** Something waits, or is unread, that may change without our being told. */
        STIRS,
        /** Nothing waits anywhere. */
        QUIET
    }

    /** A relay's place in one of the lines. */
    abstract static class Place {
        private @Nullable Line line;
        private @Nullable Place before;
        private @Nullable Place after;
        /** Since when it waits in its line: its last look, or the first byte that moved after that. */
        private long since;

        private boolean seen;
        private boolean gone;

        /** Reads what {@link Sampler#move} will need; the figure says nothing. */
        final int place() {
            return line == null ? 0 : 1;
        }

        /** Looks at the relay at {@code now}, a time of the sampler's clock. */
        abstract Standing look(long now);
    }

    /** Relays in the order in which they came to it, linked through their places, so that nothing is copied or allocated. */
    static final class Line {
        private @Nullable Place first;
        private @Nullable Place last;
        private int size;

        private void add(Place place) {
            place.line = this;
            place.before = last;
            place.after = null;
            if (last == null) {
                first = place;
            } else {
                last.after = place;
            }
            last = place;
            size++;
        }

        private Place remove() {
            Place head = first;
            if (head == null) {
                throw new IllegalStateException("nobody is in line");
            }
            remove(head);
            return head;
        }

        private void remove(Place place) {
            Place before = place.before;
            Place after = place.after;
            if (before == null) {
                first = after;
            } else {
                before.after = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.before = before;
            }
            place.before = null;
            place.after = null;
            place.line = null;
            size--;
        }

        /** How many came before {@code moment}. */
        private int waiting(long moment) {
            int count = 0;
            for (Place each = first; each != null && moment - each.since > 0; each = each.after) {
                count++;
            }
            return count;
        }
    }
}
