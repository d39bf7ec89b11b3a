package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.security.Verdict;
import dev.spillway.server.store.SettingsOracle.PortWord;
import dev.spillway.server.store.SettingsOracle.Said;
import dev.spillway.server.store.SettingsOracle.Value;
import dev.spillway.server.store.SettingsOracle.Visit;
import dev.spillway.server.store.SettingsStep.Circumstances;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is set, reset, read again, restarted, spoilt and refused, in whatever order: after each step the store holds what a
 * plain model says, connections are judged as it says, and what was refused has changed nothing (S11, S15, S17, S17a).
 */
class SettingsModelTest {
    /** Local addresses, and the selectors that cover each, the most specific first. */
    private static final Map<String, List<String>> PLACES = places();

    private static final byte[] SPOILT = "{ \"format\" : 1 }".getBytes(StandardCharsets.UTF_8);

    private static Map<String, List<String>> places() {
        Map<String, List<String>> places = new LinkedHashMap<>();
        places.put("198.18.0.1%eth0", List.of("198.18.0.1", "198.18.0.0/24", "198.18.0.0/16", "0.0.0.0/0", "eth0"));
        places.put("198.18.0.2%eth1", List.of("198.18.0.0/24", "198.18.0.0/16", "0.0.0.0/0", "eth1"));
        places.put("198.18.7.1%eth0", List.of("198.18.0.0/16", "0.0.0.0/0", "eth0"));
        places.put("203.0.113.9%eth2", List.of("0.0.0.0/0"));
        places.put("2001:db8::1%eth0", List.of("2001:db8::1", "2001:db8::/32", "::/0", "eth0"));
        places.put("2001:db8::2%eth1", List.of("2001:db8::/32", "::/0", "eth1"));
        places.put("2001:db9::1%eth2", List.of("::/0"));
        return places;
    }

    @Provide
    Arbitrary<List<SettingsStep>> sequences() {
        return SettingsStep.sequences();
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void theStoreHoldsWhatTheModelSays(@ForAll("sequences") List<SettingsStep> steps) {
        Run run = new Run();
        run.compare("at the start");
        for (int i = 0; i < steps.size(); i++) {
            String step = "step " + i + ": " + steps.get(i);
            run.make(steps.get(i), "admin" + i, step);
            run.compare(step);
        }
    }

    /** The store and the model, side by side. */
    private static final class Run {
        private final MemoryDisk disk = new MemoryDisk();
        private final Heard heard = new Heard();
        private final List<SecuritySettings> handed = new ArrayList<>();

        private SettingsOracle oracle = new SettingsOracle();
        private Layer file = Layer.EMPTY;
        private SettingsStore store = open();

        private long generation = 1;
        /** What the last write that succeeded left on the disk; empty before the first. */
        private Said onDisk = new Said();

        private Optional<byte[]> bytesOnDisk = Optional.empty();
        private boolean spoilt;
        /** Whether the store has seen that it is spoilt. */
        private boolean noticed;

        private SettingsStore open() {
            SettingsStore opened = SettingsStore.open(Samples.STORE, disk, file, Samples.CLOCK, heard);
            opened.connect(handed::add);
            return opened;
        }

        void make(SettingsStep step, String by, String what) {
            if (step instanceof SettingsStep.Assign set) {
                SettingsOracle next = oracle.copy();
                Map<String, String> values = new TreeMap<>();
                set.change().values().forEach((key, value) -> values.put(key.name(), value));
                next.set(set.change().tier(), values, by);
                set.change()
                        .ports()
                        .forEach(each -> next.ports(set.change().tier(), each.list(), each.range(), each.exempt(), by));
                change(set.change(), set.circumstances(), next, by, what);
            } else if (step instanceof SettingsStep.Reset reset) {
                SettingsOracle next = oracle.copy();
                next.reset(
                        reset.change().tier(),
                        reset.change().groups(),
                        reset.change().toFile(),
                        by);
                change(reset.change(), reset.circumstances(), next, by, what);
            } else if (step instanceof SettingsStep.Reload reload) {
                reload(reload.file(), what);
            } else if (step instanceof SettingsStep.Restart) {
                restart();
            } else {
                spoilt = step instanceof SettingsStep.Spoil;
                disk.files.remove(Samples.STORE);
                (spoilt ? Optional.of(SPOILT) : bytesOnDisk).ifPresent(bytes -> disk.files.put(Samples.STORE, bytes));
            }
        }

        private void change(Change change, Circumstances circumstances, SettingsOracle next, String by, String what) {
            next.keepingWhoWasFirst(oracle);
            boolean keeps = !next.persistent.same(oracle.persistent);
            OptionalLong ground = ground(circumstances.ground());
            SettingsStore.View before = store.view();
            byte[] bytes = disk.files.get(Samples.STORE);
            int audited = heard.made.size();
            heard.refused.clear();
            disk.fault = circumstances.fault();
            Outcome outcome = store.change(change, ground, Origin.Kind.COMMAND, by, circumstances.dryRun());
            disk.fault = Optional.empty();

            boolean breaks =
                    circumstances.fault().isPresent() && circumstances.fault().get() != MemoryDisk.Step.SYNC;
            boolean unwritable = noticed && change.tier() == Tier.PERSISTENT
                    || keeps && !circumstances.dryRun() && (spoilt || breaks);
            if (ground.isPresent() && ground.getAsLong() != generation) {
                assertThat(outcome).as(what).isEqualTo(new Outcome.Stale(generation));
                assertThat(heard.refused).as(what).hasSize(1);
            } else if (unwritable) {
                assertThat(outcome).as(what).isInstanceOf(Outcome.Unwritable.class);
                assertThat(heard.refused).as(what).hasSize(1);
            } else {
                boolean changes = !next.same(oracle);
                long expected = changes && !circumstances.dryRun() ? generation + 1 : generation;
                assertThat(outcome).as(what).isInstanceOfSatisfying(Outcome.Applied.class, applied -> {
                    assertThat(applied.generation()).as(what).isEqualTo(expected);
                    assertThat(applied.changes()).as(what).containsExactlyInAnyOrderElementsOf(changes(oracle, next));
                });
                if (expected != generation) {
                    generation = expected;
                    oracle = next;
                    assertThat(heard.made).as("audit: " + what).hasSize(audited + 1);
                    if (keeps) {
                        onDisk = next.persistent.copy();
                        bytesOnDisk = Optional.of(disk.files.get(Samples.STORE));
                    }
                    return;
                }
            }
            assertThat(disk.files.get(Samples.STORE)).as("not a byte: " + what).isEqualTo(bytes);
            assertThat(store.view().settings()).as(what).isSameAs(before.settings());
            assertThat(store.view().layers()).as(what).isEqualTo(before.layers());
            assertThat(heard.made).as("no audit: " + what).hasSize(audited);
        }

        private OptionalLong ground(SettingsStep.Ground ground) {
            return switch (ground) {
                case NONE -> OptionalLong.empty();
                case PRESENT -> OptionalLong.of(generation);
                case PAST -> OptionalLong.of(generation - 1);
                case FUTURE -> OptionalLong.of(generation + 1);
            };
        }

        private void reload(Layer next, String what) {
            SettingsOracle after = oracle.copy();
            after.file = said(next);
            noticed = spoilt;
            if (!spoilt) {
                after.persistent = onDisk.copy();
            }
            file = next;
            Outcome.Applied made = store.reload(next);
            assertThat(made.changes()).as(what).containsExactlyInAnyOrderElementsOf(changes(oracle, after));
            generation += after.same(oracle) ? 0 : 1;
            assertThat(made.generation()).as(what).isEqualTo(generation);
            oracle = after;
        }

        private void restart() {
            oracle = oracle.restarted();
            noticed = spoilt;
            oracle.persistent = spoilt ? new Said() : onDisk.copy();
            generation = 1;
            handed.clear();
            store = open();
        }

        void compare(String what) {
            SettingsStore.View view = store.view();
            assertThat(view.settings().generation()).as(what).isEqualTo(generation);
            assertThat(handed.isEmpty() ? view.settings() : handed.get(handed.size() - 1))
                    .as("what the proxy has: " + what)
                    .isSameAs(view.settings());
            for (Tier tier : List.of(Tier.FILE, Tier.PERSISTENT, Tier.ACTIVE)) {
                Said expected = oracle.layer(tier);
                Said found = said(view.layers().layer(tier));
                assertThat(found.values).as(tier + ": " + what).isEqualTo(expected.values);
                for (PortList list : PortList.values()) {
                    samePorts(found.ports.get(list), expected.ports.get(list), tier + " " + list + ": " + what);
                }
            }
            holds(view.layers(), view.settings(), oracle, "active: " + what);
            LayeredSettings restarted = view.layers().restarted();
            holds(restarted, restarted.effective(9), oracle.restarted(), "persistent: " + what);
            if (noticed) {
                assertThat(view.persistence().state()).as(what).isEqualTo(Persistence.State.DAMAGED);
            } else {
                assertThat(view.persistence().state()).as(what).isNotEqualTo(Persistence.State.DAMAGED);
            }
        }
    }

    private static void holds(LayeredSettings layers, SecuritySettings settings, SettingsOracle oracle, String what) {
        for (SettingKey key : layers.keys()) {
            assertThat(layers.value(key)).as(key.name() + ": " + what).isEqualTo(oracle.value(key.name()));
        }
        assertThat(settings.connectionRateLimit().on())
                .as(what)
                .isEqualTo(oracle.value("connection-rate-limit.enabled").equals("enabled"));
        assertThat(settings.connectionRateLimit().perSource().halfOpen() + "")
                .as(what)
                .isEqualTo(oracle.value("connection-rate-limit.per-source.half-open"));
        sameExempt(settings, oracle, what);
        PLACES.forEach((place, selectors) -> {
            for (int port : List.of(0, 5, 12, 13, 30_000, 65525, 65535)) {
                judgedAlike(settings, oracle, place, selectors, port, what);
            }
        });
    }

    private static void sameExempt(SecuritySettings settings, SettingsOracle oracle, String what) {
        for (int port = 0; port <= 65535; port++) {
            boolean same = settings.portExemptions().contains(port) == oracle.exempt(PortList.EXEMPTIONS, port)
                    && settings.ipv4().excludedPorts().contains(port) == oracle.exempt(PortList.IPV4, port)
                    && settings.ipv6().excludedPorts().contains(port) == oracle.exempt(PortList.IPV6, port);
            if (!same) {
                throw new AssertionError("port " + port + ": " + what + "; found " + settings);
            }
        }
    }

    private static void judgedAlike(
            SecuritySettings settings,
            SettingsOracle oracle,
            String place,
            List<String> selectors,
            int port,
            String what) {
        String[] parts = place.split("%");
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(parts[0]);
        for (boolean domain : List.of(false, true)) {
            for (String mpp : List.of("default", "enabled", "disabled")) {
                String profile = port % 2 == 0 ? "default" : mpp.equals("default") ? "public" : "private";
                NetworkProfile found = domain ? NetworkProfile.DOMAIN : NetworkProfile.PUBLIC;
                ListenerRules listener = new ListenerRules(
                        profile.equals("default")
                                ? Optional.empty()
                                : Optional.of(NetworkProfile.valueOf(profile.toUpperCase(Locale.ROOT))),
                        Toggle.valueOf(mpp.toUpperCase(Locale.ROOT)));
                Arrival arrival = new Arrival(
                        new Place(address, parts[1], found, "by the test"), port, Family.of(address), listener);
                Verdict verdict = SecurityPolicy.judge(settings, arrival);
                boolean ipv4 = parts[0].indexOf(':') < 0;
                String judged =
                        verdict.profile().label() + " " + verdict.standing().label();
                String expected = oracle.judge(new Visit(ipv4, port, selectors, domain, profile, mpp));
                // Looked at often: without the making of a description that nobody reads.
                if (!judged.equals(expected) || verdict.generation() != settings.generation()) {
                    throw new AssertionError(verdict + " (expected: " + expected + ") of " + arrival + ": " + what);
                }
            }
        }
    }

    /** A layer as the model has it. */
    private static Said said(Layer layer) {
        Said said = new Said();
        layer.values()
                .forEach((key, asked) -> said.values.put(key.name(), new Value(asked.value(), by(asked.origin()))));
        for (PortList list : PortList.values()) {
            for (PortMarks.Part part : layer.marks(list).parts()) {
                PortMarks.Mark mark = part.mark();
                Arrays.fill(
                        said.ports.get(list),
                        part.ports().first(),
                        part.ports().last() + 1,
                        PortWord.of(mark.exempt(), mark.asked(), by(mark.origin())));
            }
        }
        return said;
    }

    private static String by(Origin origin) {
        return origin.who().or(origin::place).orElse("nobody");
    }

    private static void samePorts(PortWord[] found, PortWord[] expected, String what) {
        int port = Arrays.mismatch(found, expected);
        if (port >= 0) {
            throw new AssertionError(
                    "port " + port + ": " + found[port] + " (expected: " + expected[port] + "); " + what);
        }
    }

    /** Every value that is another one, and every list of ports. */
    private static List<Outcome.ChangedValue> changes(SettingsOracle before, SettingsOracle after) {
        TreeSet<String> keys = new TreeSet<>();
        SettingKey.always().forEach(key -> keys.add(key.name()));
        for (SettingsOracle oracle : List.of(before, after)) {
            for (Tier tier : List.of(Tier.FILE, Tier.PERSISTENT, Tier.ACTIVE)) {
                keys.addAll(oracle.layer(tier).values.keySet());
            }
        }
        List<Outcome.ChangedValue> changes = new ArrayList<>();
        for (String key : keys) {
            if (!before.value(key).equals(after.value(key))) {
                changes.add(new Outcome.ChangedValue(key, before.value(key), after.value(key)));
            }
        }
        for (PortList list : PortList.values()) {
            String old = ranges(before, list);
            String now = ranges(after, list);
            if (!old.equals(now)) {
                changes.add(new Outcome.ChangedValue(list.key(), old, now));
            }
        }
        return changes;
    }

    private static String ranges(SettingsOracle oracle, PortList list) {
        List<String> ranges = new ArrayList<>();
        for (int port = 0; port <= 65535; port++) {
            if (oracle.exempt(list, port)) {
                int first = port;
                while (port < 65535 && oracle.exempt(list, port + 1)) {
                    port++;
                }
                ranges.add(first == port ? "" + first : first + "-" + port);
            }
        }
        return ranges.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
