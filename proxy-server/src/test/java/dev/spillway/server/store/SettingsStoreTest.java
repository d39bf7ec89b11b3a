package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.security.PortRange;
import dev.spillway.security.SecuritySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes one by one; in any order they are held against a model by {@link SettingsModelTest}. */
class SettingsStoreTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final Heard heard = new Heard();

    private SettingsStore open(Layer file) {
        return SettingsStore.open(Samples.STORE, disk, file, Samples.CLOCK, heard);
    }

    private static Outcome.Applied change(SettingsStore store, Change change) {
        return change(store, change, "127.0.0.1");
    }

    private static Outcome.Applied change(SettingsStore store, Change change, String who) {
        return (Outcome.Applied) store.change(change, OptionalLong.empty(), Origin.Kind.COMMAND, who, false);
    }

    private static List<PortRange> exempt(SettingsStore store) {
        return store.view().settings().portExemptions().ranges();
    }

    @Test
    void toAskAgainForWhatIsSaidAlreadyIsNoChange() {
        SettingsStore store = open(Layer.EMPTY);
        List<Change> changes = List.of(
                Samples.set(Tier.PERSISTENT, "mpp", "disabled", "interfaces.eth0.profile", "private"),
                Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 5000, 5009, true),
                Samples.ports(Tier.ACTIVE, PortList.IPV4, 5002, 5003, true));
        changes.forEach(change -> change(store, change, "first"));
        SettingsStore.View before = store.view();
        int writes = disk.writes;

        for (Change change : changes) {
            Outcome.Applied again = change(store, change, "second");
            assertThat(again.generation()).isEqualTo(before.settings().generation());
            assertThat(again.changes()).isEmpty();
        }
        assertThat(store.view()).isEqualTo(before);
        assertThat(disk.writes).isEqualTo(writes);
        assertThat(heard.made)
                .as("an audit event for each change, and for no other")
                .hasSize(3);
    }

    @Test
    void aRangeTakenAwayLeavesAWordOnlyWhereALayerBelowHasItExempt() {
        SettingsStore store = open(Samples.file(PortList.EXEMPTIONS, 100, 109));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 105, 120, true));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 90, 115, false));

        assertThat(exempt(store)).as("S17a").containsExactly(new PortRange(116, 120));
        List<PortMarks.Part> parts =
                store.view().layers().persistent().marks(PortList.EXEMPTIONS).parts();
        assertThat(parts)
                .extracting(PortMarks.Part::ports)
                .containsExactly(new PortRange(100, 109), new PortRange(116, 120));
        assertThat(parts.get(0).mark().asked()).as("what was asked for").isEqualTo(new PortRange(90, 115));
    }

    @Test
    void whatThePersistentStoreTookAwayNeedsNoActiveWordToo() {
        SettingsStore store = open(Samples.file(PortList.EXEMPTIONS, 100, 109));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 100, 104, false));
        change(store, Samples.ports(Tier.ACTIVE, PortList.EXEMPTIONS, 103, 106, false));
        assertThat(exempt(store)).containsExactly(new PortRange(107, 109));
        assertThat(store.view().layers().active().marks(PortList.EXEMPTIONS).parts())
                .extracting(PortMarks.Part::ports)
                .containsExactly(new PortRange(105, 106));
    }

    @Test
    void bothEndsOfThePortsAreValid() {
        SettingsStore store = open(Layer.EMPTY);
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 0, 65535, true));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 0, 0, false));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 65535, 65535, false));
        assertThat(exempt(store)).containsExactly(new PortRange(1, 65534));
        assertThat(exempt(open(Layer.EMPTY))).containsExactly(new PortRange(1, 65534));
    }

    @Test
    void ofTwoOnTheSamePortsInOneChangeTheLaterCounts() {
        SettingsStore store = open(Layer.EMPTY);
        change(
                store,
                new Change.Assignment(
                        Tier.PERSISTENT,
                        new TreeMap<>(),
                        List.of(
                                new Change.Assignment.Ports(PortList.EXEMPTIONS, new PortRange(10, 20), true),
                                new Change.Assignment.Ports(PortList.EXEMPTIONS, new PortRange(12, 14), false),
                                new Change.Assignment.Ports(PortList.EXEMPTIONS, new PortRange(13, 13), true))));
        assertThat(exempt(store)).containsExactly(new PortRange(10, 11), new PortRange(13, 13), new PortRange(15, 20));
    }

    @Test
    void s16_aRateLimitWithoutALimitSaysSo() {
        SettingsStore store = open(Layer.EMPTY);
        assertThat(change(store, Samples.set(Tier.ACTIVE, "connection-rate-limit.enabled", "enabled"))
                        .notes())
                .containsExactly(
                        "the connection rate limit limits nothing yet: each of its rates, half-opens and connections is 0");
        assertThat(change(store, Samples.set(Tier.ACTIVE, "connection-rate-limit.per-source.half-open", "7"))
                        .notes())
                .isEmpty();
        assertThat(change(store, Samples.set(Tier.ACTIVE, "mpp", "disabled")).notes())
                .isEmpty();
    }

    @Test
    void aDryRunSaysWhatItMeansAndAResetOfMppEndsIt() {
        SettingsStore store = open(Layer.EMPTY);
        assertThat(change(store, Samples.set(Tier.ACTIVE, "mpp-dry-run", "enabled"))
                        .notes())
                .singleElement()
                .asString()
                .startsWith("dry run: nobody is closed or refused");
        assertThat(store.view().settings().dryRun()).isTrue();
        assertThat(change(store, Samples.set(Tier.ACTIVE, "mpp", "disabled")).notes())
                .containsExactly("the dry run shows nothing while MPP is disabled");
        assertThat(change(store, Samples.set(Tier.ACTIVE, "profiles", "disabled"))
                        .notes())
                .isEmpty();
        change(store, new Change.Reset(Tier.PERSISTENT, Set.of(Change.Reset.Group.PROFILES), false));
        assertThat(store.view().settings().dryRun()).isTrue();
        change(store, new Change.Reset(Tier.PERSISTENT, Set.of(Change.Reset.Group.MPP), false));
        assertThat(store.view().settings().dryRun()).isFalse();
        assertThat(store.view().settings().mppOn()).isTrue();
    }

    @Test
    void aPersistentWordHoldsAtOnceAndSaysWhatItTakesBack() {
        SettingsStore store = open(Layer.EMPTY);
        change(store, Samples.set(Tier.ACTIVE, "mpp", "disabled"));
        Outcome.Applied made = change(store, Samples.set(Tier.PERSISTENT, "mpp", "enabled"));
        assertThat(store.view().settings().mppOn()).isTrue();
        assertThat(store.view().layers().active().isEmpty()).isTrue();
        assertThat(made.notes()).anySatisfy(note -> assertThat(note).contains("mpp = disabled, active"));
    }

    @Test
    void resetMakesTheFourDefaultAndKeepsOnlyWhatIsNeededAgainstTheFile() {
        Layer file = Samples.file(PortList.EXEMPTIONS, 22, 22)
                .with(Samples.key("mpp"), new Asked("disabled", Origin.file("spillway.conf:3")));
        SettingsStore store = open(file);
        change(
                store,
                Samples.set(
                        Tier.PERSISTENT,
                        "profiles",
                        "disabled",
                        "ipv4.mpp",
                        "disabled",
                        "connection-rate-limit.enabled",
                        "enabled"));
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 80, 80, true));

        Outcome.Applied made = change(store, new Change.Reset(Tier.PERSISTENT, Change.Reset.ALL, false));

        SecuritySettings now = store.view().settings();
        assertThat(now.mppOn()).as("S15").isTrue();
        assertThat(now.profilesOn()).isTrue();
        assertThat(now.portExemptions().isEmpty()).isTrue();
        assertThat(now.connectionRateLimit().on()).isFalse();
        Layer kept = store.view().layers().persistent();
        assertThat(kept.values().keySet())
                .extracting(SettingKey::name)
                .as("S15: the four and nothing else, as far as the file says otherwise")
                .containsExactlyInAnyOrder("mpp", "ipv4.mpp");
        assertThat(kept.marks(PortList.EXEMPTIONS).parts())
                .extracting(PortMarks.Part::ports)
                .containsExactly(new PortRange(22, 22));
        assertThat(made.notes()).contains("left alone: ipv4.mpp = disabled");

        change(store, new Change.Reset(Tier.PERSISTENT, Change.Reset.ALL, true));
        assertThat(store.view().layers().persistent().isEmpty()).isTrue();
        assertThat(store.view().settings().mppOn()).as("the file's word").isFalse();
    }

    @Test
    void resetOfSomeLeavesTheOthers() {
        SettingsStore store = open(Layer.EMPTY);
        change(store, Samples.set(Tier.PERSISTENT, "mpp", "disabled", "connection-rate-limit.enabled", "enabled"));
        change(store, new Change.Reset(Tier.PERSISTENT, Set.of(Change.Reset.Group.MPP), false));
        assertThat(store.view().settings().mppOn()).isTrue();
        assertThat(store.view().settings().connectionRateLimit().on())
                .as("S15: --keep-rate-limit")
                .isTrue();
    }

    @Test
    void aRateLimitIsKeptWholeS16() {
        SettingsStore store = open(Layer.EMPTY);
        change(
                store,
                Samples.set(
                        Tier.PERSISTENT,
                        "connection-rate-limit.enabled",
                        "enabled",
                        "connection-rate-limit.per-listener.rate",
                        "100",
                        "connection-rate-limit.per-listener.burst",
                        "200",
                        "connection-rate-limit.per-source.half-open",
                        "5"));
        assertThat(open(Layer.EMPTY).view().settings().connectionRateLimit())
                .isEqualTo(store.view().settings().connectionRateLimit());
        assertThat(store.view().settings().connectionRateLimit().perListener().burst())
                .isEqualTo(200);
        assertThat(store.view().settings().connectionRateLimit().perSource().halfOpen())
                .isEqualTo(5);
    }

    @Test
    void moreRulesForInterfacesThanCanBeLookedThroughAreRefused() {
        TreeMap<SettingKey, String> many = new TreeMap<>();
        IntStream.range(0, 4097).forEach(i -> many.put(Samples.key("interfaces.if" + i + ".mpp"), "disabled"));
        SettingsStore store = open(Layer.EMPTY);
        Outcome refused = store.change(
                new Change.Assignment(Tier.PERSISTENT, many, List.of()),
                OptionalLong.empty(),
                Origin.Kind.API,
                "x",
                false);
        assertThat(refused).isEqualTo(new Outcome.Refused(List.of("interfaces: 4097 values (expected: at most 4096)")));
        assertThat(disk.files).isEmpty();
    }

    @Test
    void whatTheProxyDoesNotTakeIsNotTold() {
        SettingsStore store = open(Layer.EMPTY);
        store.connect(settings -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(() -> change(store, Samples.set(Tier.ACTIVE, "mpp", "disabled")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(heard.made).isEmpty();
        assertThat(store.view().settings().generation()).isEqualTo(1);
    }

    @Test
    void eachChangeIsHandedToTheProxyBeforeItIsTold() {
        SettingsStore[] store = new SettingsStore[1];
        AtomicLong handed = new AtomicLong();
        List<Long> order = new ArrayList<>();
        store[0] = SettingsStore.open(Samples.STORE, disk, Layer.EMPTY, Samples.CLOCK, new Heard() {
            @Override
            public void made(SettingsStore.Made change) {
                order.add(handed.get());
                assertThat(store[0].view().settings().generation())
                        .isEqualTo(change.outcome().generation());
            }
        });
        store[0].connect(settings -> handed.set(settings.generation()));
        change(store[0], Samples.set(Tier.ACTIVE, "mpp", "disabled"));
        change(store[0], Samples.set(Tier.PERSISTENT, "mpp", "default"));
        assertThat(order).containsExactly(2L, 3L);
    }

    /** The most there can be (S20): twice that would be merged. A pass over each for each took minutes. */
    @Test
    @Timeout(60)
    void everyOtherPortCanBeExempt() throws Exception {
        List<PortMarks.Part> parts = IntStream.range(0, 32768)
                .mapToObj(n -> new PortRange(2 * n, 2 * n))
                .map(port -> new PortMarks.Part(port, new PortMarks.Mark(true, port, Origin.file("spillway.conf:1"))))
                .toList();
        SettingsStore store = open(Layer.EMPTY.with(PortList.EXEMPTIONS, PortMarks.of(parts)));
        assertThat(exempt(store)).as("S20").hasSize(32768);
        change(store, Samples.ports(Tier.PERSISTENT, PortList.EXEMPTIONS, 0, 65535, false));
        assertThat(exempt(store)).isEmpty();
        assertThat(store.view().layers().persistent().marks(PortList.EXEMPTIONS).parts())
                .hasSize(32768);
        assertThat(LayerText.read(disk.files.get(Samples.STORE)))
                .isEqualTo(store.view().layers().persistent());
        PortMarks all = store.view().layers().marks(PortList.EXEMPTIONS);
        assertThat(all.parts())
                .allMatch(part -> store.view().layers().tier(PortList.EXEMPTIONS, part) == Tier.PERSISTENT);
    }
}
