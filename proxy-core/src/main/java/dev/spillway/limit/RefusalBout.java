package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.RateLimitEvent.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes two events of any number of refusals of one kind: one when they begin, one when there was none for a while.
 *
 * <p>It remembers {@value #MOST} sources. When there are more, the one with the fewest refusals gives its place to the
 * next, and its count too (the space-saving algorithm of Metwally, Agrawal and El Abbadi, 2005): a source with more than
 * one in {@value #MOST} of all refusals is always among them, and its count is not too low and too high by that share at
 * most.
 *
 * <p>Any thread. Time is passed in.
 */
public final class RefusalBout {
    /** Sources that are told apart. */
    static final int MOST = 16;

    private static final Comparator<Offender> BY_REFUSALS = Comparator.comparingLong(each -> each.refused);

    private final String listener;
    private final Denial denial;
    private final Scope scope;
    private final long quietNanos;
    private final List<Offender> offenders = new ArrayList<>(MOST);
    private @Nullable SourceGroup first;
    private boolean told;
    private boolean more;
    private long refused;
    private long began;
    private long last;

    private static final class Offender {
        private SourceGroup source;
        private long refused;

        private Offender(SourceGroup source, long refused) {
            this.source = source;
            this.refused = refused;
        }
    }

    /**
     * No bout yet.
     *
     * @param quietNanos how long there has to be no refusal until it is over
     */
    public RefusalBout(String listener, Denial denial, Scope scope, long quietNanos) {
        this.listener = listener;
        this.denial = denial;
        this.scope = scope;
        this.quietNanos = quietNanos;
    }

    /** A newcomer of {@code source} was refused. */
    public synchronized void refused(SourceGroup source, long now) {
        if (first == null) {
            first = source;
            began = now;
        }
        refused++;
        last = now;
        for (Offender each : offenders) {
            if (each.source.equals(source)) {
                each.refused++;
                return;
            }
        }
        if (offenders.size() < MOST) {
            offenders.add(new Offender(source, 1));
            return;
        }
        more = true;
        Offender fewest = Collections.min(offenders, BY_REFUSALS);
        fewest.source = source;
        fewest.refused++;
    }

    /**
     * What is to be told now, each once. To be asked now and then.
     *
     * @param on whether the limit is on; a bout ends with it
     */
    public synchronized Optional<RateLimitEvent> tell(long now, boolean on) {
        if (first == null) {
            return Optional.empty();
        }
        if (!told) {
            told = true;
            return Optional.of(new RateLimitEvent.Hit(listener, denial, scope, first, refused));
        }
        if (on && now - last < quietNanos) {
            return Optional.empty();
        }
        Offender heaviest = Collections.max(offenders, BY_REFUSALS);
        RateLimitEvent over = new RateLimitEvent.Over(
                listener,
                denial,
                scope,
                last - began,
                refused,
                offenders.size(),
                more,
                heaviest.source,
                heaviest.refused);
        offenders.clear();
        first = null;
        told = false;
        more = false;
        refused = 0;
        return Optional.of(over);
    }
}
