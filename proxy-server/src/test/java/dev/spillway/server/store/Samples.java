package dev.spillway.server.store;

import dev.spillway.security.PortRange;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** What tests ask for. */
final class Samples {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:15:30Z"), ZoneOffset.UTC);

    /** In a folder that is there; a {@link MemoryDisk} leaves it empty. */
    static final Path STORE = Path.of(System.getProperty("java.io.tmpdir"), "store-of-the-test.json");

    /** Selectors of interfaces, each in its canonical form. */
    static final List<String> SELECTORS = List.of(
            "198.18.0.1",
            "198.18.0.0/24",
            "198.18.0.0/16",
            "2001:db8::1",
            "2001:db8::/32",
            "0.0.0.0/0",
            "::/0",
            "eth0",
            "eth1");

    private Samples() {}

    static SettingKey key(String name) {
        return SettingKey.find(name).orElseThrow(() -> new AssertionError(name));
    }

    static Change.Assignment set(Tier tier, String... keysAndValues) {
        TreeMap<SettingKey, String> values = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            SettingKey key = key(keysAndValues[i]);
            values.put(key, key.canonical(keysAndValues[i + 1]));
        }
        return new Change.Assignment(tier, values, List.of());
    }

    static Change.Assignment ports(Tier tier, PortList list, int first, int last, boolean exempt) {
        return new Change.Assignment(
                tier, new TreeMap<>(), List.of(new Change.Assignment.Ports(list, new PortRange(first, last), exempt)));
    }

    static Layer file(String key, String value) {
        return Layer.EMPTY.with(key(key), new Asked(value, Origin.file("spillway.conf:7")));
    }

    static Layer file(PortList list, int first, int last) {
        PortMarks.Mark mark = new PortMarks.Mark(true, new PortRange(first, last), Origin.file("spillway.conf:9"));
        return Layer.EMPTY.with(list, PortMarks.NONE.with(mark));
    }

    /** Many at both ends and in a small crowd, some anywhere. */
    static Arbitrary<PortRange> ranges() {
        Arbitrary<Integer> end = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.integers().between(0, 12)),
                net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(65525, 65535)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 65535)));
        return Combinators.combine(end, end).as((a, b) -> new PortRange(Math.min(a, b), Math.max(a, b)));
    }

    static Arbitrary<String> keys() {
        Stream<String> fixed = SettingKey.always().stream().map(SettingKey::name);
        Stream<String> ofInterfaces = SELECTORS.stream()
                .flatMap(selector ->
                        SettingKey.ofInterfaces().stream().map(what -> "interfaces." + selector + "." + what));
        List<String> three = List.of("mpp", "profiles", "role");
        return Arbitraries.oneOf(
                Arbitraries.of(three), Arbitraries.of(fixed.toList()), Arbitraries.of(ofInterfaces.toList()));
    }

    static Arbitrary<String> valuesOf(String key) {
        return switch (key(key).kind()) {
            case ROLE -> Arbitraries.of("server", "client");
            case TOGGLE, SWITCH -> Arbitraries.of("enabled", "disabled", "default");
            case PROFILE -> Arbitraries.of("public", "private", "default");
            case COUNT -> Arbitraries.of("0", "1", "50", "1000000");
        };
    }

    static Arbitrary<Map<String, String>> values(int most) {
        return keys().flatMap(key -> valuesOf(key).map(value -> Map.entry(key, value)))
                .list()
                .ofMaxSize(most)
                .map(entries -> {
                    Map<String, String> values = new TreeMap<>();
                    entries.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
                    return values;
                });
    }

    static Arbitrary<Origin> origins() {
        Arbitrary<Optional<String>> texts = Arbitraries.strings()
                .withCharRange('\u0000', '\ud7ff')
                .ofMaxLength(12)
                .optional();
        Arbitrary<Optional<Instant>> moments = Arbitraries.longs()
                .between(-62_000_000_000L, 250_000_000_000L)
                .map(seconds -> Instant.ofEpochSecond(seconds, Math.floorMod(seconds * 7919, 1_000_000_000L)))
                .optional();
        return Combinators.combine(Arbitraries.of(Origin.Kind.class), texts, texts, moments)
                .as(Origin::new);
    }

    static Arbitrary<Layer> layers() {
        Arbitrary<List<PortMarks.Mark>> marks = Combinators.combine(
                        Arbitraries.of(true, true, false), ranges(), origins())
                .as(PortMarks.Mark::new)
                .list()
                .ofMaxSize(6);
        return Combinators.combine(values(8), origins(), marks, marks, marks).as((values, origin, all, v4, v6) -> {
            Layer layer = Layer.EMPTY;
            for (Map.Entry<String, String> value : values.entrySet()) {
                layer = layer.with(key(value.getKey()), new Asked(value.getValue(), origin));
            }
            return layer.with(PortList.EXEMPTIONS, marks(all))
                    .with(PortList.IPV4, marks(v4))
                    .with(PortList.IPV6, marks(v6));
        });
    }

    private static PortMarks marks(List<PortMarks.Mark> marks) {
        PortMarks all = PortMarks.NONE;
        for (PortMarks.Mark mark : marks) {
            all = all.with(mark);
        }
        return all;
    }
}
