package dev.spillway.server.store;

import dev.spillway.security.PortRange;
import dev.spillway.server.store.Change.Reset.Group;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** One thing that happens to the settings. */
sealed interface SettingsStep {
    /** How a change is asked for, and what the disk does meanwhile. */
    record Circumstances(Ground ground, boolean dryRun, Optional<MemoryDisk.Step> fault) {}

    /** The precondition. */
    enum Ground {
        NONE,
        PRESENT,
        PAST,
        FUTURE
    }

    /** An administrator sets something. */
    record Assign(Change.Assignment change, Circumstances circumstances) implements SettingsStep {}

    /** An administrator resets something. */
    record Reset(Change.Reset change, Circumstances circumstances) implements SettingsStep {}

    /** The operator has written another file and has it read. */
    record Reload(Layer file) implements SettingsStep {}

    /** The process ends and another one starts. */
    record Restart() implements SettingsStep {}

    /** Something else writes into the store's file. */
    record Spoil() implements SettingsStep {}

    /** The store's file is put back as it was. */
    record Mend() implements SettingsStep {}

    /** Most of one list, so that what is said of its ports in one layer often meets what another says. */
    List<PortList> LISTS =
            List.of(PortList.EXEMPTIONS, PortList.EXEMPTIONS, PortList.EXEMPTIONS, PortList.IPV4, PortList.IPV6);

    static Arbitrary<List<SettingsStep>> sequences() {
        return Arbitraries.<SettingsStep>frequencyOf(
                        Tuple.of(10, sets()),
                        Tuple.of(4, resets()),
                        Tuple.of(3, files().map(Reload::new)),
                        Tuple.of(2, Arbitraries.of(new Restart())),
                        Tuple.of(1, Arbitraries.of(new Spoil())),
                        Tuple.of(2, Arbitraries.of(new Mend())))
                .list()
                .ofMinSize(3)
                .ofMaxSize(14);
    }

    private static Arbitrary<SettingsStep> sets() {
        Arbitrary<Change.Assignment.Ports> ports = Combinators.combine(
                        Arbitraries.of(LISTS), Samples.ranges(), Arbitraries.of(true, false))
                .as(Change.Assignment.Ports::new);
        return Combinators.combine(tiers(), Samples.values(3), ports.list().ofMaxSize(3), circumstances())
                .as((tier, values, list, circumstances) -> {
                    Change.Assignment keyed = Samples.set(
                            tier,
                            values.entrySet().stream()
                                    .flatMap(entry -> List.of(entry.getKey(), entry.getValue()).stream())
                                    .toArray(String[]::new));
                    return new Assign(new Change.Assignment(tier, keyed.values(), list), circumstances);
                });
    }

    private static Arbitrary<SettingsStep> resets() {
        Arbitrary<Set<Group>> groups = Arbitraries.oneOf(
                Arbitraries.of(Set.of(Change.Reset.ALL)),
                Arbitraries.of(Group.values()).set());
        return Combinators.combine(tiers(), groups, Arbitraries.of(true, false), circumstances())
                .as((tier, some, toFile, circumstances) ->
                        new Reset(new Change.Reset(tier, some, toFile), circumstances));
    }

    /** A file says everything on one line, so that lines say nothing of who was first. */
    private static Arbitrary<Layer> files() {
        Arbitrary<List<PortRange>> ranges = Samples.ranges().list().ofMinSize(1).ofMaxSize(2);
        return Combinators.combine(
                        Samples.values(4),
                        ranges,
                        ranges,
                        Arbitraries.integers().between(1, 3))
                .as((values, all, ipv4, line) -> {
                    Origin origin = Origin.file("spillway.conf:" + line);
                    Layer file = Layer.EMPTY;
                    for (Map.Entry<String, String> value : values.entrySet()) {
                        file = file.with(Samples.key(value.getKey()), new Asked(value.getValue(), origin));
                    }
                    return file.with(PortList.EXEMPTIONS, marks(all, origin)).with(PortList.IPV4, marks(ipv4, origin));
                });
    }

    private static PortMarks marks(List<PortRange> ranges, Origin origin) {
        PortMarks marks = PortMarks.NONE;
        for (PortRange range : ranges) {
            marks = marks.with(new PortMarks.Mark(true, range, origin));
        }
        return marks;
    }

    private static Arbitrary<Tier> tiers() {
        return Arbitraries.of(Tier.PERSISTENT, Tier.PERSISTENT, Tier.ACTIVE);
    }

    private static Arbitrary<Circumstances> circumstances() {
        Arbitrary<Ground> ground = Arbitraries.frequency(
                Tuple.of(6, Ground.NONE),
                Tuple.of(6, Ground.PRESENT),
                Tuple.of(1, Ground.PAST),
                Tuple.of(1, Ground.FUTURE));
        Arbitrary<Optional<MemoryDisk.Step>> fault =
                Arbitraries.of(MemoryDisk.Step.class).optional(0.15);
        return Combinators.combine(ground, Arbitraries.frequency(Tuple.of(7, false), Tuple.of(1, true)), fault)
                .as(Circumstances::new);
    }
}
