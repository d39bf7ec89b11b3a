package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The sources of one listener whose newcomers are refused most, by the limits of each source, so that a gate in the kernel can
 * keep them out for a while.
 *
 * <p>It remembers {@value #MOST} of them, whoever comes and however many: the space-saving algorithm (Metwally, Agrawal and El
 * Abbadi, 2005). When there are more, the one with the fewest refusals gives its place to the next, and its count with it, which
 * is noted as the next one's uncertainty. From that follows, for n refusals in all:
 *
 * <ul>
 *   <li>a source with more than n / {@value #MOST_OFFERED} of them is always among those remembered, for no more than {@value
 *       #MOST_OFFERED} are offered at a time, and those keep their places;
 *   <li>its count is too high by n / {@value #MOST_OFFERED} at most, and <b>its count less its uncertainty is never too high</b>. Only that is
 *       gone by, so nobody is offered for what others did.
 * </ul>
 *
 * <p>Counts are halved every {@value #HALVING_SECONDS} seconds, for sources come and go. A source that is offered stays so for
 * {@value #HOLD_SECONDS} seconds. While the kernel keeps it out nobody sees whether it still comes, so then it is forgotten and
 * let in: if it does, it is refused as often again, and offered again.
 *
 * <p>To note a refusal takes a look-up, and for a source that is new among too many a pass over the counts. Any thread. Time is
 * passed in, and may be of any origin.
 */
public final class Offenders {
    /** Sources that are told apart. */
    public static final int MOST = 256;

    /** Sources that are offered at a time. */
    public static final int MOST_OFFERED = MOST / 2;

    /** For so long a source that was offered stays so, in seconds. */
    public static final int HOLD_SECONDS = 30;

    /**
     * So many refusals make an offender, of which those older than {@value #HALVING_SECONDS} seconds count half. A browser that tries again and
     * again is refused a few times a second.
     */
    public static final long LEAST_REFUSALS = 100;

    /**
     * And so many refusals for each newcomer that was let in meanwhile: many who share an address and are refused now and then
     * are none.
     */
    static final int MOST_ADMITTED = 10;

    static final int HALVING_SECONDS = 10;

    private static final long SECOND = 1_000_000_000;
    private static final long HOLD = HOLD_SECONDS * SECOND;
    private static final long HALVING = HALVING_SECONDS * SECOND;

    private static final Comparator<Offender> WORST_FIRST =
            Comparator.comparingLong(Offender::refused).reversed();

    private final Map<SourceGroup, Count> counts = new HashMap<>();
    private long halvedAt;

    /** What is known of one source. */
    private static final class Count {
        private long refused;
        private long uncertain;
        private long admitted;
        private boolean offered;
        private long until;

        private long certain() {
            return refused - uncertain;
        }

        /** Rounded so that what is certain stays so. */
        private void halve() {
            uncertain = (uncertain + 1) / 2;
            refused = Math.max(refused / 2, uncertain);
            admitted = (admitted + 1) / 2;
        }
    }

    /** A newcomer of {@code source} was refused by a limit of its own. */
    public synchronized void refused(SourceGroup source, long now) {
        age(now);
        Count count = counts.get(source);
        if (count == null) {
            count = new Count();
            if (counts.size() >= MOST) {
                count.refused = makePlace();
                count.uncertain = count.refused;
            }
            counts.put(source, count);
        }
        count.refused++;
    }

    /** A newcomer of {@code source} was let in. */
    public synchronized void admitted(SourceGroup source, long now) {
        age(now);
        Count count = counts.get(source);
        if (count != null) {
            count.admitted++;
        }
    }

    /** Takes out the one with the fewest refusals that is not kept out now; how many they were. */
    private long makePlace() {
        SourceGroup fewest = null;
        long least = Long.MAX_VALUE;
        for (Map.Entry<SourceGroup, Count> each : counts.entrySet()) {
            Count count = each.getValue();
            if (!count.offered && (fewest == null || count.refused < least)) {
                fewest = each.getKey();
                least = count.refused;
            }
        }
        counts.remove(fewest);
        return least;
    }

    /** Halves what is known as often as is due, however long ago the last time was. */
    private void age(long now) {
        if (counts.isEmpty()) {
            halvedAt = now;
        }
        long passed = (now - halvedAt) / HALVING;
        if (passed <= 0) {
            return;
        }
        halvedAt += passed * HALVING;
        for (long i = Math.min(passed, Long.SIZE); i > 0; i--) {
            counts.values().forEach(Count::halve);
        }
        counts.values().removeIf(count -> !count.offered && count.certain() == 0);
    }

    /**
     * The sources to be kept out now, worst first: those that were offered before, until their time, and new ones, {@value
     * #MOST_OFFERED} at the most.
     *
     * @param least so many refusals make an offender; positive
     */
    public synchronized List<Offender> offer(long now, long least) {
        age(now);
        counts.values().removeIf(count -> count.offered && now - count.until >= 0);
        List<Offender> held = new ArrayList<>();
        List<Offender> fresh = new ArrayList<>();
        counts.forEach((source, count) -> {
            if (count.offered) {
                held.add(new Offender(source, count.certain(), count.uncertain, count.until));
            } else if (count.certain() >= Math.max(least, MOST_ADMITTED * count.admitted)) {
                fresh.add(new Offender(source, count.certain(), count.uncertain, now + HOLD));
            }
        });
        fresh.sort(WORST_FIRST);
        for (Offender each : fresh.subList(0, Math.min(fresh.size(), Math.max(0, MOST_OFFERED - held.size())))) {
            Count count = Objects.requireNonNull(counts.get(each.source()));
            count.offered = true;
            count.until = each.until();
            held.add(each);
        }
        held.sort(WORST_FIRST);
        return List.copyOf(held);
    }

    /** How many sources are remembered now. */
    public synchronized int size() {
        return counts.size();
    }

    /** Forgets all of them. */
    public synchronized void forget() {
        counts.clear();
    }
}
