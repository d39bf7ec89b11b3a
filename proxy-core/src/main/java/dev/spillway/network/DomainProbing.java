package dev.spillway.network;

import dev.spillway.limit.LogPace;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds which local addresses are of the domain: those from which a controller answers (S4). Decides whom to ask and when,
 * and what follows from it; a {@link Dialer} asks. All on one thread; {@link #advance} is to be called when something has
 * happened, and when the time it returned is over.
 *
 * <p><b>A probe</b> is made from an address at once when it appears, when its interface comes up and when the settings
 * change, and then at each interval. The controller that answered last is asked alone first, so that a calm network costs
 * it one connection an interval for each address; only when it is silent are all others asked, side by side. The first
 * answer ends the probe. At most {@value #MOST_AT_ONCE} connections are on their way at a time, whatever the number of
 * addresses; what is due waits for its turn, in the order in which it became due.
 *
 * <p><b>Public at first, and after two misses.</b> An address begins as public and becomes domain with the first answer.
 * While none comes the next probes follow after 1, 2, 4 … seconds, up to the interval, because an address that has just
 * appeared may not be usable yet (duplicate address detection, a switch that is still learning). One that was of the domain
 * becomes public when two probes in a row were missed, the second a second after the first. One miss would be too few: a
 * lost packet would expose the domain's clients to being closed, and a verdict is final (S5, S11). Waiting for more would
 * leave a machine that was moved to another network protected there for longer: as it is, for at most an interval, two
 * timeouts and a second; sooner if its interface was seen to go down, for then it is probed as soon as that is up again. A
 * probe that finds the interface down is missed.
 *
 * <p><b>What could not be asked is no miss.</b> Under attack descriptors and ports may run out; that says nothing about the
 * network, so the profile stays and the probe is tried again.
 *
 * <p><b>An address that can't ask anybody,</b> because no controller has an address of its family, is public. Only a
 * link-local one is what another address of the same interface is: who reaches it is on that link.
 *
 * <p><b>An answer is not a proof.</b> A TCP connection authenticates nobody: who controls the path from an interface can
 * answer in a controller's place. An interface that faces the open Internet should be declared {@code profile = public},
 * which no answer overrides.
 */
final class DomainProbing {
    /** Connections on their way at a time. */
    static final int MOST_AT_ONCE = 16;

    /** From a missed probe to the next. */
    static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How it was found that a loopback address is public. */
    static final String LOOPBACK = "loopback, from which no controller is asked";

    private static final String NO_CONTROLLER = "no domain controller is configured";
    private static final String NOT_YET = "no domain controller has answered yet";
    private static final String NO_FAMILY = "no domain controller is known that can be asked from this address";

    private static final Logger log = LoggerFactory.getLogger(DomainProbing.class);

    private final Dialer dialer;
    private final LongSupplier ticks;
    private final Clock clock;
    private final Runnable wake;
    private final Map<LocalAddress, Candidate> candidates = new HashMap<>();
    private final TreeSet<Candidate> waiting =
            new TreeSet<>(Comparator.comparingLong(this::untilDue).thenComparingLong(Candidate::number));
    private final Map<Candidate, Probe> probes = new HashMap<>();
    private final Deque<Probe> ready = new ArrayDeque<>();
    private final LogPace lacks = new LogPace(TimeUnit.SECONDS.toNanos(60));
    private final long origin;
    private DomainSettings settings = DomainSettings.NONE;
    private List<Target> targets = List.of();
    private int dialing;
    private long numbers;
    private boolean changed = true;

    /**
     * @param ticks nanoseconds that only go up
     * @param clock for the times that are shown
     * @param wake called when {@link #advance} should be
     */
    DomainProbing(Dialer dialer, LongSupplier ticks, Clock clock, Runnable wake) {
        this.dialer = dialer;
        this.ticks = ticks;
        this.clock = clock;
        this.wake = wake;
        this.origin = ticks.getAsLong();
    }

    private long untilDue(Candidate candidate) {
        return candidate.due() - origin;
    }

    /** Takes over which addresses there are. */
    void interfaces(Interfaces now) {
        Set<LocalAddress> there = new HashSet<>();
        for (LocalAddress at : now.addresses()) {
            LocalInterface owner = now.at(at.index());
            if (owner != null && !owner.loopback()) {
                there.add(at);
                present(at, owner.up());
            }
        }
        for (Iterator<Candidate> all = candidates.values().iterator(); all.hasNext(); ) {
            Candidate candidate = all.next();
            if (!there.contains(candidate.at())) {
                abandon(candidate);
                all.remove();
                changed = true;
            }
        }
    }

    private void present(LocalAddress at, boolean up) {
        Candidate known = candidates.get(at);
        if (known == null) {
            Candidate candidate = new Candidate(at, numbers++, up, unheard(at));
            candidates.put(at, candidate);
            changed = true;
            probeNow(candidate);
        } else if (known.cameUp(up)) {
            probeNow(known);
        }
    }

    private String unheard(LocalAddress at) {
        if (settings.controllers().isEmpty()) {
            return NO_CONTROLLER;
        }
        return targetsOf(at).isEmpty() ? NO_FAMILY : NOT_YET;
    }

    private List<Target> targetsOf(LocalAddress at) {
        return targets.stream()
                .filter(target -> at.canAsk(target.address().getAddress()))
                .toList();
    }

    /**
     * Takes over whom to ask and how often. If the settings are others than before, every address is probed at once, and one
     * whose controller is no longer among them is public unless another one answers now.
     *
     * @param nowTargets the addresses of the controllers of {@code nowSettings}, as far as they are known
     */
    void controllers(DomainSettings nowSettings, List<Target> nowTargets) {
        boolean sameSettings = settings.equals(nowSettings);
        if (sameSettings && targets.equals(nowTargets)) {
            return;
        }
        settings = nowSettings;
        targets = List.copyOf(nowTargets);
        for (Candidate candidate : candidates.values()) {
            Target answering = candidate.answering();
            if (answering != null && !settings.controllers().contains(answering.controller())) {
                candidate.onProbation();
            }
            List<Target> mine = targetsOf(candidate.at());
            if (mine.isEmpty() || !candidate.domain()) {
                changed |= candidate.leave(unheard(candidate.at()));
            }
            if (!sameSettings || !candidate.domain() || !targets.contains(answering)) {
                probeNow(candidate);
            }
        }
    }

    /** Drops what is under way, if anything, and has a new probe be due. */
    private void probeNow(Candidate candidate) {
        abandon(candidate);
        if (!targetsOf(candidate.at()).isEmpty()) {
            dueIn(candidate, 0);
        }
    }

    private void abandon(Candidate candidate) {
        waiting.remove(candidate);
        Probe probe = probes.remove(candidate);
        if (probe != null) {
            probe.cancel();
        }
    }

    private void dueIn(Candidate candidate, long nanos) {
        candidate.due(ticks.getAsLong() + nanos);
        waiting.add(candidate);
    }

    /**
     * Begins what is due.
     *
     * @return nanoseconds until the next call is due; {@link Long#MAX_VALUE} if only something that happens can make it so
     */
    long advance() {
        long now = ticks.getAsLong();
        while (!waiting.isEmpty() && waiting.first().due() - now <= 0) {
            Candidate candidate = waiting.first();
            waiting.remove(candidate);
            begin(candidate);
        }
        while (dialing < MOST_AT_ONCE && !ready.isEmpty()) {
            Probe probe = ready.element();
            Target target = probe.next();
            if (target == null) {
                ready.remove();
            } else {
                dial(probe, target);
            }
        }
        return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, waiting.first().due() - ticks.getAsLong());
    }

    private void begin(Candidate candidate) {
        Probe probe = new Probe(candidate);
        probes.put(candidate, probe);
        if (!candidate.up()) {
            probe.silent("the interface is down");
            conclude(probe);
            return;
        }
        probe.ask(targetsOf(candidate.at()), candidate.answering());
        ready.add(probe);
    }

    private void dial(Probe probe, Target target) {
        dialing++;
        probe.begun();
        AtomicBoolean told = new AtomicBoolean();
        Consumer<Dialer.Outcome> once = outcome -> {
            if (told.compareAndSet(false, true)) {
                heard(probe, target, outcome);
            }
        };
        try {
            probe.dialing(dialer.dial(probe.candidate().at(), target.address(), settings.timeout(), once));
        } catch (RuntimeException | Error fault) {
            // No memory, no threads: whatever it is, it must not be counted as on its way for ever.
            once.accept(new Dialer.Outcome.Unasked(fault.toString()));
        }
    }

    private void heard(Probe probe, Target target, Dialer.Outcome outcome) {
        dialing--;
        probe.ended();
        if (!probe.over()) {
            note(probe, target, outcome);
        }
        wake.run();
    }

    private void note(Probe probe, Target target, Dialer.Outcome outcome) {
        if (outcome instanceof Dialer.Outcome.Answered answer) {
            changed |= probe.candidate()
                    .answered(target, answered(probe.candidate().at(), target, answer));
            probe.cancel();
            finish(probe);
            return;
        }
        if (outcome instanceof Dialer.Outcome.Silent silent) {
            probe.silent(target + ": " + silent.why());
        } else if (outcome instanceof Dialer.Outcome.Unasked unasked) {
            probe.lacking(unasked.why());
        }
        if (probe.exhausted()) {
            if (probe.askOthers()) {
                ready.remove(probe);
                ready.add(probe);
            } else {
                conclude(probe);
            }
        }
    }

    /** Nobody answered. If one of them could not be asked it might have, so that is no miss. */
    private void conclude(Probe probe) {
        if (probe.lack() != null) {
            probe.candidate().unasked();
            long times = lacks.occasion(ticks.getAsLong());
            if (times > 0) {
                log.warn(
                        "network: domain controllers can't be asked from {}: {}; its profile stays {} ({} times since the"
                                + " last line)",
                        probe.candidate().at().text(),
                        probe.lack(),
                        probe.candidate().place().found().label(),
                        times);
            }
        } else {
            changed |= probe.candidate()
                    .missed("no domain controller answers through "
                            + probe.candidate().at().interfaceName() + " from "
                            + probe.candidate().at().text() + " (last heard: " + probe.silence() + ")");
        }
        finish(probe);
    }

    private void finish(Probe probe) {
        probe.end();
        probes.remove(probe.candidate());
        long interval = settings.probeInterval().toNanos();
        dueIn(probe.candidate(), probe.candidate().rest(Math.min(interval, CONFIRM_NANOS), interval));
    }

    private String answered(LocalAddress at, Target target, Dialer.Outcome.Answered answer) {
        String way = answer.throughDevice()
                ? "through " + at.interfaceName() + " from " + at.text()
                : "to " + at.text() + ", by whatever interface (sockets can't be bound to a device here)";
        return "domain controller " + target + " answered " + way + " (at "
                + clock.instant().truncatedTo(ChronoUnit.SECONDS) + ")";
    }

    /** Whether places may have changed since the last call. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** Whether each address has been probed at least once, if it can be. */
    boolean settled() {
        return candidates.values().stream()
                .allMatch(candidate ->
                        candidate.judged() || targetsOf(candidate.at()).isEmpty());
    }

    /** How many connections are on their way. */
    int dialing() {
        return dialing;
    }

    /** What is found of each of {@code addresses}, in their order. */
    List<Place> places(List<LocalAddress> addresses) {
        Map<Integer, Candidate> domains = new HashMap<>();
        for (Candidate candidate : candidates.values()) {
            if (candidate.domain()) {
                domains.merge(candidate.at().index(), candidate, (a, b) -> a.number() < b.number() ? a : b);
            }
        }
        return addresses.stream().map(at -> place(at, domains)).toList();
    }

    private Place place(LocalAddress at, Map<Integer, Candidate> domains) {
        Candidate candidate = candidates.get(at);
        if (candidate == null) {
            return new Place(at.address(), at.interfaceName(), NetworkProfile.PUBLIC, LOOPBACK);
        }
        Candidate neighbour = domains.get(at.index());
        if (!candidate.domain() && at.linkLocal() && neighbour != null) {
            return new Place(
                    at.address(),
                    at.interfaceName(),
                    NetworkProfile.DOMAIN,
                    "link-local, so as " + neighbour.at().text() + ": " + neighbour.how());
        }
        return candidate.place();
    }

    /** Gives up everything that is on its way. */
    void close() {
        List.copyOf(candidates.values()).forEach(this::abandon);
        candidates.clear();
    }
}
