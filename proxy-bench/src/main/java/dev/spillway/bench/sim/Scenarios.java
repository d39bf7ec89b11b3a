package dev.spillway.bench.sim;

import dev.spillway.bench.sim.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;

/** All scenarios, by name. */
final class Scenarios {
    private static final int ATTACK = 10_000;
    private static final int BURST = 200;
    private static final int RAMP = 20_000;
    private static final int MANY = 2000;

    /** Buffers and kernel memory of a small machine; heap and slots are plenty. */
    private static final Limits BYTES = Limits.of(32, 128, 512, 100_000);

    /** Slots of a small setting; bytes are plenty. */
    private static final Limits SLOTS = Limits.of(512, 2048, 512, 2_000);

    /** A heap for about 3000 connections; the rest is plenty. */
    private static final Limits HEAP = Limits.of(512, 2048, 28, 100_000);

    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        calm(all);
        stalled(all);
        silent(all);
        slow(all);
        mixed(all);
        mimics(all);
        exempt(all);
        overload(all);
        return List.copyOf(all);
    }

    private static void calm(List<Scenario> to) {
        to.add(scenario("calm-mixed", "all honest kinds, memory to spare", Kind.CALM, BYTES, honest()));
        to.add(scenario(
                "calm-mobile",
                "150 phones that stall, buffers half full",
                Kind.CALM,
                Limits.of(8, 48, 512, 100_000),
                honest(Population.of(Honest.mobile(), 150, 0, 5000))));
        to.add(scenario(
                "calm-idle",
                "800 idle connections more, three quarters of the slots",
                Kind.CALM,
                SLOTS,
                honest(Population.of(Honest.pooled(), 500, 0, 5000), Population.of(Honest.quiet(), 300, 0, 5000))));
    }

    private static void stalled(List<Scenario> to) {
        Behaviour zero = Hostile.zeroWindow();
        to.add(attack("zero-burst", "zero window, one source each", Kind.STALLED, burst(zero)));
        to.add(attack("zero-ramp", "the same over 20 s", Kind.STALLED, ramp(zero)));
        to.add(attack(
                "zero-burst-one",
                "zero window, one source",
                Kind.STALLED,
                burst(zero).from(Sources.ONE)));
        to.add(attack(
                "zero-ramp-few",
                "zero window over 20 s, 20 sources",
                Kind.STALLED,
                ramp(zero).from(Sources.shared(20))));
        to.add(attack(
                "zero-return",
                "zero window, each comes back 1 to 3 s after its reset",
                Kind.STALLED,
                burst(Hostile.returning(zero))));
        to.add(scenario(
                "zero-phones",
                "zero window among 150 phones that stall",
                Kind.STALLED,
                BYTES,
                honest(Population.of(Honest.mobile(), 90, 0, 5000), burst(zero))));
        to.add(scenario(
                "zero-nat",
                "zero window, one source each, against 150 phones behind one address",
                Kind.STALLED,
                BYTES,
                honest(Population.of(Honest.mobile(), 90, 0, 5000).from(Sources.ONE), ramp(zero))));
        to.add(attack(
                "zero-again",
                "zero window, again 5 s and 25 s after the first",
                Kind.STALLED,
                burst(zero),
                Population.of(zero, MANY, ATTACK + 5_000, BURST),
                Population.of(zero, MANY, ATTACK + 25_000, BURST)));
        to.add(scenario(
                "zero-far",
                "zero window over 20 s, and 60 honest clients 300 to 700 ms away",
                Kind.STALLED,
                BYTES,
                honest(Population.of(Honest.far(64 << 10), 60, 0, 3000), ramp(zero))));
        to.add(scenario(
                "zero-kernel",
                "zero window, kernel memory alone is short",
                Kind.STALLED,
                Limits.of(512, 128, 512, 100_000),
                honest(ramp(zero))));
        to.add(attack("half-close", "half-close and never read", Kind.STALLED, burst(Hostile.halfClosing())));
        to.add(attack("push-burst", "big senders to a slow upstream", Kind.STALLED, burst(Hostile.bigPush())));
        to.add(attack(
                "push-ramp",
                "the same over 20 s, 20 sources",
                Kind.STALLED,
                ramp(Hostile.bigPush()).from(Sources.shared(20))));
        to.add(late(
                "credit-zero",
                "take all there is for 30 s, then zero window",
                Kind.DIFFERING,
                Population.of(Hostile.turncoat(30_000, zero), 1500, 1_000, 9_000)));
    }

    private static void silent(List<Scenario> to) {
        List<Population> idle =
                List.of(Population.of(Honest.pooled(), 400, 0, 5000), Population.of(Honest.quiet(), 200, 0, 5000));
        to.add(scenario(
                "silent-burst",
                "silent, slots are short",
                Kind.DIFFERING,
                SLOTS,
                honest(idle, Population.of(Hostile.silent(), MANY, ATTACK, BURST))));
        to.add(scenario(
                "silent-ramp",
                "silent over 20 s, 20 sources, slots are short",
                Kind.DIFFERING,
                SLOTS,
                honest(idle, Population.of(Hostile.silent(), MANY, ATTACK, RAMP).from(Sources.shared(20)))));
        to.add(scenario(
                "silent-heap",
                "silent over 20 s, heap is short",
                Kind.DIFFERING,
                HEAP,
                honest(idle, Population.of(Hostile.silent(), 2 * MANY, ATTACK, RAMP))));
        to.add(scenario(
                "silent-return",
                "silent, each comes back 1 to 3 s after its reset, slots are short",
                Kind.DIFFERING,
                SLOTS,
                honest(idle, Population.of(Hostile.returning(Hostile.silent()), MANY, ATTACK, RAMP))));
    }

    private static void slow(List<Scenario> to) {
        Behaviour trickle = Hostile.trickle();
        to.add(attack("trickle-burst", "1 to 50 bytes a second", Kind.DIFFERING, burst(trickle)));
        to.add(attack("trickle-ramp", "the same over 20 s", Kind.DIFFERING, ramp(trickle)));
        to.add(scenario(
                "trickle-phones",
                "1 to 50 bytes a second among 150 phones that stall",
                Kind.DIFFERING,
                BYTES,
                honest(
                        Population.of(Honest.mobile(), 90, 0, 5000),
                        ramp(trickle).from(Sources.shared(20)))));
        to.add(attack("bursts", "2 to 4 KiB every 6 to 10 s", Kind.DIFFERING, ramp(Hostile.bursts())));
        to.add(late(
                "credit-trickle",
                "take all there is for 30 s, then 1 to 50 bytes a second",
                Kind.DIFFERING,
                Population.of(Hostile.turncoat(30_000, trickle), 1500, 1_000, 9_000)));
    }

    private static void mixed(List<Scenario> to) {
        to.add(attack(
                "mixed-ramp",
                "five kinds of attack at once",
                Kind.DIFFERING,
                Population.of(Hostile.zeroWindow(), 500, ATTACK, RAMP),
                Population.of(Hostile.trickle(), 500, ATTACK, RAMP),
                Population.of(Hostile.bursts(), 500, ATTACK, RAMP),
                Population.of(Hostile.bigPush(), 500, ATTACK, RAMP),
                Population.of(Hostile.halfClosing(), 500, ATTACK, RAMP)));
        to.add(attack(
                "mixed-return",
                "the same from 50 sources, each comes back after its reset",
                Kind.DIFFERING,
                Population.of(Hostile.returning(Hostile.zeroWindow()), 300, ATTACK, BURST)
                        .from(Sources.shared(50)),
                Population.of(Hostile.returning(Hostile.trickle()), 300, ATTACK, BURST)
                        .from(Sources.shared(50)),
                Population.of(Hostile.returning(Hostile.bigPush()), 300, ATTACK, BURST)
                        .from(Sources.shared(50))));
    }

    private static void exempt(List<Scenario> to) {
        to.add(attack(
                "exempt-part",
                "zero window, a third of it on an exempt listener",
                Kind.STALLED,
                Population.of(Hostile.zeroWindow(), 200, ATTACK, RAMP).onExemptListener(),
                ramp(Hostile.zeroWindow())));
        to.add(attack(
                "exempt-all",
                "zero window, all of it on an exempt listener",
                Kind.EXEMPT,
                Population.of(Hostile.zeroWindow(), 1100, ATTACK, RAMP).onExemptListener()));
    }

    private static void overload(List<Scenario> to) {
        to.add(scenario(
                "overload-bulk",
                "600 honest downloads, nobody hostile",
                Kind.OVERLOAD,
                BYTES,
                honest(Population.of(Honest.download(), 600, ATTACK, RAMP))));
        to.add(scenario(
                "overload-idle",
                "more honest idle connections than slots, nobody hostile",
                Kind.OVERLOAD,
                SLOTS,
                honest(Population.of(Honest.pooled(), 2000, ATTACK, RAMP))));
    }

    /** Found by a reviewer who looked for the cheapest ways around the ranking. */
    private static void mimics(List<Scenario> to) {
        Behaviour squatter = Hostile.squatter(1000, 2 << 10, 4_500);
        to.add(attack(
                "shares",
                "1 % of what waits after 1 s, and then each 4 s",
                Kind.DIFFERING,
                ramp(Hostile.shares(4000))));
        to.add(attack(
                "brief-ramp", "take for 0.6 s, then zero window, over 20 s", Kind.DIFFERING, ramp(Hostile.brief(600))));
        to.add(attack("brief-burst", "the same at once", Kind.MIMIC, burst(Hostile.brief(600))));
        to.add(attack("squat", "take for 1 s, nothing for 4 s, all, ask again", Kind.MIMIC, ramp(squatter)));
        to.add(attack(
                "squat-return",
                "the same, each comes back 1 to 3 s after its reset",
                Kind.MIMIC,
                ramp(Hostile.returning(squatter))));
    }

    private static Population burst(Behaviour what) {
        return Population.of(what, MANY, ATTACK, BURST);
    }

    private static Population ramp(Behaviour what) {
        return Population.of(what, MANY, ATTACK, RAMP);
    }

    private static Scenario attack(String name, String title, Kind kind, Population... hostile) {
        return scenario(name, title, kind, BYTES, honest(hostile));
    }

    /** A minute, of which the first ten seconds are calm. */
    private static Scenario scenario(
            String name, String title, Kind kind, Limits limits, List<Population> populations) {
        return new Scenario(name, title, kind, 60, ATTACK, limits, populations);
    }

    /** An attack that begins thirty seconds later. */
    private static Scenario late(String name, String title, Kind kind, Population hostile) {
        return new Scenario(name, title, kind, 75, 31_000, BYTES, honest(hostile));
    }

    private static List<Population> honest(Population... more) {
        return honest(List.of(), more);
    }

    /** All honest kinds, and more. */
    private static List<Population> honest(List<Population> others, Population... more) {
        List<Population> all = new ArrayList<>(List.of(
                Population.of(Honest.chatty(1000), 300, 0, 3000),
                Population.of(Honest.shortExchange(512), 100, 0, 3000),
                Population.of(Honest.shortExchange(64 << 10), 60, 0, 3000),
                Population.of(Honest.mobile(), 60, 0, 3000),
                Population.of(Honest.download(), 15, 0, 3000),
                Population.of(Honest.upload(), 10, 0, 3000),
                Population.of(Honest.quiet(), 150, 0, 3000),
                Population.of(Honest.pooled(), 100, 0, 3000)));
        all.addAll(others);
        all.addAll(List.of(more));
        return all;
    }
}
