package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.limit.LogPace;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Promises;
import dev.spillway.prune.EpochPlan;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.prune.PrunePlan;
import dev.spillway.prune.Victim;
import dev.spillway.relay.Relays;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses victims for what an epoch demands and has them closed on the event loops that own them, or in a dry run only
 * recorded. For the controller's thread; the counts may be read by any.
 */
final class Pruning {
    /**
     * How long event loops are waited for to look at their connections' progress; else what was known is used. A part of the
     * 20 ms in which the first victim is to be closed.
     */
    private static final long OBSERVE_MILLIS = 6;

    /** What looking at connections may take of each event loop in an epoch. */
    private static final long SAMPLING_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(Pruning.class);

    private final Relays relays;
    private final Promises promises;
    private final KillLog kills;
    private final DryRun dryRun = new DryRun();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLongArray closedByGuilt = new AtomicLongArray(Guilt.values().length);
    private final AtomicLong freedBytes = new AtomicLong();
    private final LogPace slowPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private volatile long wouldClose;
    private Toll toll = new Toll(0);

    Pruning(Relays relays, Promises promises, KillLog kills) {
        this.relays = relays;
        this.promises = promises;
        this.kills = kills;
    }

    /** What one epoch did, or would have done. */
    record Outcome(int victims, long bytes) {
        static final Outcome NOTHING = new Outcome(0, 0);
    }

    /** Where in the course of an episode this is. */
    record Moment(long episode, long epoch, boolean dryRun) {}

    /** Connections closed so far. */
    long closed() {
        return closed.get();
    }

    /** How many of each kind; those of which there was none are left out. */
    Map<Guilt, Long> closedByGuilt() {
        Map<Guilt, Long> counts = new EnumMap<>(Guilt.class);
        for (Guilt guilt : Guilt.values()) {
            long count = closedByGuilt.get(guilt.ordinal());
            if (count > 0) {
                counts.put(guilt, count);
            }
        }
        return counts;
    }

    /** What they had cost, in bytes. */
    long freedBytes() {
        return freedBytes.get();
    }

    /** Connections that dry runs have recorded so far. */
    long wouldClose() {
        return wouldClose;
    }

    DryRun dryRun() {
        return dryRun;
    }

    /** Of the episode that last had an epoch. On the controller's thread. */
    Toll toll() {
        return toll;
    }

    /** Meets {@code demands} as far as it can. */
    Outcome prune(List<Demand> demands, Course course, Moment moment) throws InterruptedException {
        if (moment.episode() != toll.episode()) {
            toll = new Toll(moment.episode());
        }
        if (demands.isEmpty() && dryRun.isEmpty()) {
            return Outcome.NOTHING;
        }
        observe();
        List<ConnectionFacts> connections = relays.facts(System.nanoTime());
        if (moment.dryRun()) {
            dryRun.keepOnly(connections);
        }
        Set<Long> closing = promises.closing();
        connections.removeIf(each -> closing.contains(each.id()) || dryRun.has(each.id()));
        EpochPlan plan = EpochPlan.of(
                demands, connections, course.pruner(), course.prune().maxPerEpoch());
        if (plan.isEmpty()) {
            return Outcome.NOTHING;
        }
        Map<Long, Victim> victims = new LinkedHashMap<>();
        plan.victims().forEach(victim -> victims.put(victim.connection().id(), victim));
        if (moment.dryRun()) {
            victims.values().forEach(victim -> dryRun.add(victim.connection()));
            wouldClose += victims.size();
        } else {
            close(victims);
        }
        // After the deed: the first close is not to wait for a log.
        kills.add(records(plan, moment), System.nanoTime());
        return new Outcome(
                victims.size(),
                victims.values().stream()
                        .mapToLong(victim -> victim.connection().costBytes())
                        .sum());
    }

    private void observe() throws InterruptedException {
        if (!relays.sample(SAMPLING_NANOS, OBSERVE_MILLIS)) {
            long times = slowPace.occasion(System.nanoTime());
            if (times > 0) {
                log.info(
                        "an event loop did not look at its connections within {} ms; victims are chosen by what was known"
                                + " ({} times since the last line)",
                        OBSERVE_MILLIS,
                        times);
            }
        }
    }

    private void close(Map<Long, Victim> victims) {
        long now = System.nanoTime();
        Toll own = toll;
        victims.values().forEach(victim -> {
            promises.made(victim.connection(), now);
            own.asked(victim.connection());
        });
        relays.prune(victims.keySet(), (id, byUs) -> {
            promises.kept(id, System.nanoTime());
            Victim victim = victims.get(id);
            if (victim == null) {
                return;
            }
            if (byUs) {
                closed.incrementAndGet();
                closedByGuilt.incrementAndGet(victim.guilt().ordinal());
                freedBytes.addAndGet(victim.connection().costBytes());
            } else {
                own.endedItself(victim.connection());
            }
        });
    }

    /** What is to be remembered of a plan that was carried out. */
    static List<KillRecord> records(EpochPlan plan, Moment moment) {
        long at = System.currentTimeMillis();
        List<KillRecord> records = new ArrayList<>();
        for (PrunePlan each : plan.plans()) {
            for (Victim victim : each.victims()) {
                records.add(new KillRecord(
                        at, moment.episode(), moment.epoch(), each.demand().signal(), victim, moment.dryRun()));
            }
        }
        return records;
    }
}
