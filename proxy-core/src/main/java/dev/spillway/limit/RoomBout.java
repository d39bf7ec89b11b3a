package dev.spillway.limit;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes two events of any number of silent connections that were closed for one shortage: one when it begins, one when none was
 * closed for a while. It looks at a count now and then, so that nothing is done for it when a connection is closed.
 *
 * <p>Owned by the thread that looks. Time is passed in.
 */
public final class RoomBout {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Shortage shortage;
    private final long quietNanos;
    private long seen;
    private long lookedAt;
    private boolean looked;
    private boolean runs;
    private long atBeginning;
    private long began;
    private long last;
    private long peak;

    /**
     * No bout yet, and nobody closed.
     *
     * @param quietNanos for how long none has to be closed until it is over
     */
    public RoomBout(Shortage shortage, long quietNanos) {
        this.shortage = shortage;
        this.quietNanos = quietNanos;
    }

    /**
     * What is to be told now, once.
     *
     * @param closed for this shortage so far
     * @param halfOpen how many half-open connections there are that may be closed
     * @param mostHalfOpen how many there may be
     */
    public Optional<RoomEvent> tell(long now, long closed, long halfOpen, long mostHalfOpen) {
        long fresh = closed - seen;
        long before = looked ? lookedAt : now;
        seen = closed;
        lookedAt = now;
        looked = true;
        if (fresh > 0) {
            last = now;
            if (!runs) {
                runs = true;
                began = now;
                atBeginning = closed - fresh;
                peak = 0;
            }
            // Two looks at one moment tell no rate; as if a second were between them is the least it can have been.
            long nanos = now - before > 0 ? now - before : SECOND;
            peak = Math.max(peak, Math.round((double) fresh * SECOND / nanos));
            return began == now
                    ? Optional.of(new RoomEvent.Begun(shortage, fresh, halfOpen, mostHalfOpen))
                    : Optional.empty();
        }
        if (!runs || now - last < quietNanos) {
            return Optional.empty();
        }
        runs = false;
        return Optional.of(new RoomEvent.Over(shortage, last - began, closed - atBeginning, peak));
    }
}
