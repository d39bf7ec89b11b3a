package dev.spillway.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Those of one event loop that have not said anything yet, in the order of their silence: who has been silent for longest is
 * first. Each operation takes the same few steps, however many there are, and none makes garbage but the place that one takes.
 *
 * <p>Times are passed in, and do not go back: the order is that of the calls.
 *
 * <p>Owned by one thread; {@link #since} may be asked by any.
 */
public final class SilentLine<T> {
    /** What {@link #since} says of an empty line. */
    public static final long NOBODY = Long.MAX_VALUE;

    private static final VarHandle SINCE;

    static {
        try {
            SINCE = MethodHandles.lookup().findVarHandle(SilentLine.class, "since", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private @Nullable Place<T> first;
    private @Nullable Place<T> last;
    private int size;
    private long since = NOBODY;

    /** Where somebody stands in a line, until it leaves. */
    public static final class Place<T> {
        private final T who;
        private long since;
        private boolean inLine;
        private @Nullable Place<T> before;
        private @Nullable Place<T> after;

        private Place(T who) {
            this.who = who;
        }
    }

    /** Puts somebody at the end of the line. */
    public Place<T> enter(T who, long now) {
        Place<T> place = new Place<>(who);
        append(place, now);
        return place;
    }

    /** Puts somebody at the end again; does nothing if it has left. */
    public void restart(Place<T> place, long now) {
        if (place.inLine) {
            unlink(place);
            append(place, now);
        }
    }

    /** Takes somebody out; false if it had left before. */
    public boolean leave(Place<T> place) {
        if (!place.inLine) {
            return false;
        }
        unlink(place);
        publish();
        return true;
    }

    /** Who has been silent for longest; null if nobody is. */
    public @Nullable Place<T> first() {
        return first;
    }

    /** Who stands there. */
    public T at(Place<T> place) {
        return place.who;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** Since when the first has been silent, or {@link #NOBODY}. Any thread; a moment old there. */
    public long since() {
        return (long) SINCE.getOpaque(this);
    }

    /**
     * Whether a line whose first is silent {@code since} then goes before another one.
     *
     * @param since as {@link #since} said
     * @param other the same of the other
     */
    public static boolean precedes(long since, long other) {
        return since != NOBODY && (other == NOBODY || since - other < 0);
    }

    private void append(Place<T> place, long now) {
        place.since = now == NOBODY ? now - 1 : now;
        place.before = last;
        place.after = null;
        place.inLine = true;
        if (last == null) {
            first = place;
        } else {
            last.after = place;
        }
        last = place;
        size++;
        publish();
    }

    private void unlink(Place<T> place) {
        Place<T> before = place.before;
        Place<T> after = place.after;
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
        place.inLine = false;
        size--;
    }

    private void publish() {
        long now = first == null ? NOBODY : Objects.requireNonNull(first).since;
        if (now != since) {
            SINCE.setOpaque(this, now);
        }
    }
}
