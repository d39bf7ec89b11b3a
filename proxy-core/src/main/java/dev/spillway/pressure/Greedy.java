package dev.spillway.pressure;

import dev.spillway.connection.ConnectionFacts;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Who is not read from while memory gets short: those whose burden, which is what buffers and kernel hold for them, is far
 * above the fair share.
 *
 * <p>The <em>fair share</em> of a connection is the mean burden of the other eligible connections that have any. A connection is greedy
 * from {@value #FACTOR} times that on, and from {@value #LEAST_BYTES} bytes. One whose peers take what waits within a second
 * makes progress and may have {@value #FAST} times as much of both: the fast are slowed down only when they take far more
 * than anybody else. An exempt one is never greedy (S5, S8): slowing it down would be a thing done to it.
 *
 * <p>Each is let go when its burden is half of that or less, or it has ended; when there is no need any more; and after
 * {@value #MOST_SECONDS} s at the latest, and not held again before there was calm. For what its peer pushes while nobody
 * reads counts as its burden, and nobody is to wait for ever because others keep memory short.
 *
 * <p>Not thread-safe. Time is passed in, nanoseconds of any origin that may wrap around.
 */
public final class Greedy {
    static final double FACTOR = 4;
    static final double FAST = 4;
    static final long LEAST_BYTES = 65_536;
    static final long MOST_SECONDS = 5;

    private static final long PROGRESS = TimeUnit.SECONDS.toNanos(1);

    private final Map<Long, Long> heldSince = new HashMap<>();
    private final Set<Long> served = new HashSet<>();

    /** Who is to be held back from {@code now} on, in place of those of the last call. */
    public Set<Long> choose(long now, Collection<ConnectionFacts> connections) {
        long total = 0;
        long burdened = 0;
        long eligible = 0;
        Set<Long> live = new HashSet<>();
        for (ConnectionFacts each : connections) {
            if (heldSince.containsKey(each.id()) || served.contains(each.id())) {
                live.add(each.id());
            }
            if (each.verdict().eligible()) {
                eligible++;
                total += each.cost().burdenBytes();
                burdened += each.cost().burdenBytes() > 0 ? 1 : 0;
            }
        }
        heldSince.keySet().retainAll(live);
        served.retainAll(live);
        for (ConnectionFacts each : connections) {
            if (each.verdict().eligible() && eligible > 1) {
                long burden = each.cost().burdenBytes();
                judge(now, each, burden, (double) (total - burden) / Math.max(1, burdened - 1));
            } else {
                heldSince.remove(each.id());
            }
        }
        return Set.copyOf(heldSince.keySet());
    }

    private void judge(long now, ConnectionFacts each, long burden, double fair) {
        boolean fast = each.progress().turnoverNanos() <= PROGRESS;
        double enough = Math.max(FACTOR * fair, LEAST_BYTES) * (fast ? FAST : 1);
        Long since = heldSince.get(each.id());
        if (since == null) {
            if (burden >= enough && !served.contains(each.id())) {
                heldSince.put(each.id(), now);
            }
        } else if (burden <= enough / 2) {
            heldSince.remove(each.id());
        } else if (now - since >= TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
            heldSince.remove(each.id());
            served.add(each.id());
        }
    }

    /** Lets all go: there is calm. */
    public void release() {
        heldSince.clear();
        served.clear();
    }
}
