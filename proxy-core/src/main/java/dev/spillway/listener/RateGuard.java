package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.Entry.Place;
import dev.spillway.limit.ListenerLimit;
import dev.spillway.limit.Offenders;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.limit.RateLimitEvent.Scope;
import dev.spillway.limit.RefusalBout;
import dev.spillway.limit.SourceLimits;
import dev.spillway.security.ConnectionRateLimit;
import dev.spillway.security.SecuritySettings;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a listener's newcomers to the connection rate limit (S16), by the settings in force when they come.
 *
 * <p>The limit is the operator's own and no action of MPP: it holds whatever the verdict, on private networks and exempt
 * ports too, and whether there is pressure or not. First the source's limit is asked and then the listener's, so that a
 * source that is kept out takes nothing of what the others share.
 *
 * <p>While it is off nothing is counted and nothing is kept: what was counted is forgotten with the next newcomer, or the
 * next time {@link #tell} is asked. Who came while it was off is never counted.
 *
 * <p>Any thread.
 */
final class RateGuard {
    /** How long nobody has to be refused until a bout of refusals is over. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int DENIALS = Denial.values().length;
    private static final Refused RATE_LIMIT = new Refused(RefusalReason.RATE_LIMIT);
    private static final Refused HALF_OPEN = new Refused(RefusalReason.HALF_OPEN);
    private static final Refused CONNECTIONS = new Refused(RefusalReason.CONNECTION_LIMIT);

    private final Supplier<SecuritySettings> security;
    private final SourceLimits sources;
    private final int number;
    private final ListenerLimit whole = new ListenerLimit();
    /** By scope, and within that by denial. */
    private final List<RefusalBout> bouts;

    private final Offenders offenders = new Offenders();
    private final Pass uncounted;
    private volatile boolean counting;

    /**
     * A guard that has seen nobody.
     *
     * @param listener the name of the listener
     * @param sources of all listeners together
     */
    RateGuard(String listener, Supplier<SecuritySettings> security, SourceLimits sources) {
        this.security = security;
        this.sources = sources;
        this.number = sources.nextListener();
        this.uncounted = new Pass(this, null, Place.UNCOUNTED);
        this.bouts = Stream.of(Scope.values())
                .flatMap(scope ->
                        Stream.of(Denial.values()).map(denial -> new RefusalBout(listener, denial, scope, QUIET_NANOS)))
                .toList();
    }

    /** Limits of sources, with a key that nobody can guess, so that nobody can choose addresses counted in one place. */
    static SourceLimits sources() {
        SecureRandom random = new SecureRandom();
        return new SourceLimits(random.nextLong(), random.nextLong());
    }

    /** Whether a newcomer may come in. */
    sealed interface Answer permits Pass, Refused {}

    /** It may not. */
    record Refused(RefusalReason reason) implements Answer {}

    /**
     * It may, and counts as half-open until the client's first byte was passed on, and as a connection until it has ended. Owned
     * by whoever owns the connection: admission, then the event loop of its relay; so it needs no lock.
     */
    static final class Pass implements Answer {
        private final RateGuard guard;
        private @Nullable Place inWhole;
        private Place inSource;
        private boolean halfOpen;

        private Pass(RateGuard guard, @Nullable Place inWhole, Place inSource) {
            this.guard = guard;
            this.inWhole = inWhole;
            this.inSource = inSource;
            this.halfOpen = inWhole != null;
        }

        /** Whether it counts as half-open now. */
        boolean counts() {
            return halfOpen;
        }

        /** It is half-open no more; does nothing if it was so already. */
        void leave() {
            if (halfOpen && inWhole != null) {
                halfOpen = false;
                guard.whole.leave(inWhole);
                guard.sources.leave(inSource);
            }
        }

        /** It has ended; does nothing if it had already. */
        void end() {
            leave();
            if (inWhole != null) {
                guard.whole.end(inWhole);
                guard.sources.end(inSource);
                forgetPlaces();
            }
        }

        /** It was not admitted after all: nothing was taken. Instead of {@link #leave} and {@link #end}. */
        void cancel() {
            if (inWhole != null) {
                guard.whole.cancel(inWhole);
                guard.sources.cancel(inSource);
                forgetPlaces();
            }
        }

        private void forgetPlaces() {
            halfOpen = false;
            inWhole = null;
            inSource = Place.UNCOUNTED;
        }
    }

    /**
     * Counts a newcomer of {@code source} in, if the limit is on, or says why not.
     *
     * @param eligible whether MPP may act on it, so that its source may be kept out by the SYN gate
     */
    Answer ask(SourceGroup source, boolean eligible) {
        ConnectionRateLimit limit = security.get().connectionRateLimit();
        if (!limit.on()) {
            forget();
            return uncounted;
        }
        counting = true;
        long now = System.nanoTime();
        Entry ofSource = sources.enter(number, source, limit.perSource(), now);
        if (!(ofSource instanceof Place inSource)) {
            if (eligible) {
                offenders.refused(source, now);
            }
            return refused(Scope.SOURCE, (Denial) ofSource, source, now);
        }
        Entry ofWhole = whole.enter(limit.perListener(), now);
        if (!(ofWhole instanceof Place inWhole)) {
            sources.cancel(inSource);
            return refused(Scope.LISTENER, (Denial) ofWhole, source, now);
        }
        offenders.admitted(source, now);
        return new Pass(this, inWhole, inSource);
    }

    private Refused refused(Scope scope, Denial denial, SourceGroup source, long now) {
        bout(scope, denial).refused(source, now);
        return switch (denial) {
            case RATE -> RATE_LIMIT;
            case HALF_OPEN -> HALF_OPEN;
            case CONNECTIONS -> CONNECTIONS;
        };
    }

    private RefusalBout bout(Scope scope, Denial denial) {
        return bouts.get(scope.ordinal() * DENIALS + denial.ordinal());
    }

    private void forget() {
        if (counting) {
            counting = false;
            whole.forget();
            sources.forget();
            offenders.forget();
        }
    }

    /**
     * What there is to tell of it, each once. To be asked now and then, by one thread.
     *
     * @param now a {@code System.nanoTime()}
     */
    List<RateLimitEvent> tell(long now) {
        boolean on = security.get().connectionRateLimit().on();
        if (!on) {
            forget();
        }
        return bouts.stream().flatMap(bout -> bout.tell(now, on).stream()).toList();
    }

    /** The sources whose eligible newcomers are refused most by limits of their own. */
    Offenders offenders() {
        return offenders;
    }

    /** How many connections of this listener are half-open; 0 while the limit is off. */
    int halfOpen() {
        return whole.halfOpen();
    }
}
