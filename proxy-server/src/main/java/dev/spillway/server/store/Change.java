package dev.spillway.server.store;

import dev.spillway.security.PortRange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A change somebody asks for. Pure: it makes new layers of old ones. */
public sealed interface Change {
    /** Where it is to be kept: PERSISTENT or ACTIVE. */
    Tier tier();

    /** The layers after it, where {@code origin} asked for it. */
    LayeredSettings applyTo(LayeredSettings layers, Origin origin);

    /**
     * Values and ports set. What is kept persistently takes an active word on the same away, so that it holds at once and not
     * from the next start only.
     *
     * @param tier where it is kept
     * @param values by key, in their canonical form
     * @param ports in their order; a later one goes before an earlier one
     */
    record Assignment(Tier tier, SortedMap<SettingKey, String> values, List<Ports> ports) implements Change {
        /**
         * Ports that are to be left alone, or no more.
         *
         * @param list of which list
         * @param range which ports
         * @param exempt whether they are to be left alone
         */
        public record Ports(PortList list, PortRange range, boolean exempt) {}

        /** @throws IllegalArgumentException if the tier is none that can be set */
        public Assignment {
            settable(tier);
            values = new TreeMap<>(values);
            ports = List.copyOf(ports);
        }

        @Override
        public LayeredSettings applyTo(LayeredSettings layers, Origin origin) {
            LayeredSettings next = layers;
            for (Map.Entry<SettingKey, String> value : values.entrySet()) {
                SettingKey key = value.getKey();
                next = forgetAbove(next, key)
                        .with(tier, next.layer(tier).with(key, new Asked(value.getValue(), origin)));
            }
            for (Ports each : ports) {
                next = apply(next, each, origin);
            }
            return next;
        }

        private LayeredSettings forgetAbove(LayeredSettings layers, SettingKey key) {
            return tier == Tier.ACTIVE
                    ? layers
                    : layers.with(Tier.ACTIVE, layers.active().without(key));
        }

        private LayeredSettings apply(LayeredSettings layers, Ports change, Origin origin) {
            LayeredSettings next = layers;
            PortList list = change.list();
            if (tier != Tier.ACTIVE) {
                next = next.with(
                        Tier.ACTIVE,
                        next.active().with(list, next.active().marks(list).without(change.range())));
            }
            PortMarks own = next.layer(tier).marks(list);
            PortMarks marks = change.exempt()
                    ? own.with(new PortMarks.Mark(true, change.range(), origin))
                    : covered(own, below(next, tier, list), change.range(), origin);
            return next.with(tier, next.layer(tier).with(list, marks));
        }
    }

    /**
     * Values back to the program's defaults (S15), or to what the file says.
     *
     * @param tier where that is kept
     * @param groups which of the four; none but these is touched
     * @param toFile whether words are merely forgotten, so that the file's hold again, family's and interfaces' too if all four
     *     groups are asked for
     */
    record Reset(Tier tier, Set<Group> groups, boolean toFile) implements Change {
        /** What can be reset by itself. */
        public enum Group {
            /** The switch, and the dry run, which leaves the switch nothing to do. */
            MPP("mpp"),
            PROFILES("profiles"),
            EXEMPTIONS("exemptions"),
            RATE_LIMIT("rate-limit");

            private final String label;

            Group(String label) {
                this.label = label;
            }

            /** The word for it on the command line and in the API. */
            public String label() {
                return label;
            }
        }

        /** All four. */
        public static final Set<Group> ALL = Set.of(Group.values());

        /** @throws IllegalArgumentException if the tier is none that can be set */
        public Reset {
            settable(tier);
            groups = Set.copyOf(groups);
        }

        @Override
        public LayeredSettings applyTo(LayeredSettings layers, Origin origin) {
            LayeredSettings next = forget(layers, Tier.ACTIVE);
            if (tier == Tier.PERSISTENT) {
                next = forget(next, Tier.PERSISTENT);
            }
            return toFile ? next : overrule(next, origin);
        }

        private LayeredSettings forget(LayeredSettings layers, Tier from) {
            if (toFile && groups.equals(ALL)) {
                return layers.with(from, Layer.EMPTY);
            }
            Layer layer = layers.layer(from);
            for (SettingKey key : layers.keys()) {
                layer = inGroups(key) ? layer.without(key) : layer;
            }
            return layers.with(
                    from, groups.contains(Group.EXEMPTIONS) ? layer.with(PortList.EXEMPTIONS, PortMarks.NONE) : layer);
        }

        /** Where a layer below says something else than the default, the default has to be said above it. */
        private LayeredSettings overrule(LayeredSettings layers, Origin origin) {
            Layer layer = layers.layer(tier);
            for (SettingKey key : layers.keys()) {
                if (inGroups(key) && !layers.value(key).equals(key.byDefault())) {
                    layer = layer.with(key, new Asked(key.byDefault(), origin));
                }
            }
            if (groups.contains(Group.EXEMPTIONS)) {
                PortMarks covered = covered(
                        PortMarks.NONE,
                        below(layers, tier, PortList.EXEMPTIONS),
                        new PortRange(0, PortRange.MAX_PORT),
                        origin);
                layer = layer.with(PortList.EXEMPTIONS, covered);
            }
            return layers.with(tier, layer);
        }

        private boolean inGroups(SettingKey key) {
            boolean mpp = key.name().equals("mpp") || key.name().equals(SettingKey.MPP_DRY_RUN);
            return mpp && groups.contains(Group.MPP)
                    || key.name().equals("profiles") && groups.contains(Group.PROFILES)
                    || key.name().startsWith("connection-rate-limit.") && groups.contains(Group.RATE_LIMIT);
        }
    }

    private static void settable(Tier tier) {
        if (tier != Tier.PERSISTENT && tier != Tier.ACTIVE) {
            throw new IllegalArgumentException("store: " + tier.label() + " (expected: persistent or active)");
        }
    }

    private static PortMarks below(LayeredSettings layers, Tier tier, PortList list) {
        PortMarks file = layers.file().marks(list);
        return tier == Tier.ACTIVE ? layers.persistent().marks(list).over(file) : file;
    }

    /** {@code own} with {@code range} exempt no more: a word is needed only where a layer below has them exempt. */
    private static PortMarks covered(PortMarks own, PortMarks below, PortRange range, Origin origin) {
        PortMarks.Mark taken = new PortMarks.Mark(false, range, origin);
        PortMarks marks = PortMarks.of(below.parts(range).stream()
                .filter(part -> part.mark().exempt())
                .map(part -> new PortMarks.Part(part.ports(), taken))
                .toList());
        return marks.over(own.without(range));
    }
}
