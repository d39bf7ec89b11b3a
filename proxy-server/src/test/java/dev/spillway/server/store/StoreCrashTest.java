package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.server.store.MemoryDisk.Death;
import dev.spillway.server.store.MemoryDisk.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A process that ends in the middle of a change leaves the old store or the new one, whole. */
class StoreCrashTest {
    @Provide
    Arbitrary<Layer> layers() {
        return Samples.layers();
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void theNextStartFindsTheOldOneOrTheNewOne(@ForAll("layers") Layer old, @ForAll("layers") Layer file) {
        int length = LayerText.write(old).length;
        for (boolean first : List.of(true, false)) {
            for (Death death : deaths(length)) {
                MemoryDisk disk = new MemoryDisk();
                if (!first) {
                    disk.files.put(Samples.STORE, LayerText.write(old));
                }
                Layer before = first ? Layer.EMPTY : old;
                endInTheMiddle(disk, file, death, before);
            }
        }
    }

    /** Each step, before and after; of a write nothing, a byte, half, all but one, all. */
    private static List<Death> deaths(int length) {
        List<Death> deaths = new ArrayList<>();
        for (int bytes : List.of(0, 1, length / 2, length - 1, length, Integer.MAX_VALUE)) {
            deaths.add(new Death(Step.WRITE, true, bytes));
        }
        deaths.add(new Death(Step.REPLACE, false, 0));
        deaths.add(new Death(Step.REPLACE, true, 0));
        deaths.add(new Death(Step.SYNC, true, 0));
        return deaths;
    }

    private static void endInTheMiddle(MemoryDisk disk, Layer file, Death death, Layer before) {
        SettingsStore store = open(disk, file);
        // A value that no sample has, so that it is a change in any case.
        Change.Assignment change = Samples.set(Tier.PERSISTENT, "connection-rate-limit.per-source.rate", "777");
        Layer after = change.applyTo(store.view().layers(), origin()).persistent();
        disk.death = Optional.of(death);

        assertThatThrownBy(() -> change(store, change)).isInstanceOf(MemoryDisk.Crash.class);
        assertThat(store.view().layers().persistent())
                .as("nothing holds that may not be kept")
                .isEqualTo(before);

        disk.death = Optional.empty();
        SettingsStore next = open(disk, file);
        boolean renamed = death.at() == Step.SYNC || death.at() == Step.REPLACE && death.done();
        assertThat(next.view().layers().persistent()).as("%s", death).isEqualTo(renamed ? after : before);
        assertThat(next.view().persistence().state())
                .isEqualTo(disk.files.containsKey(Samples.STORE) ? Persistence.State.OK : Persistence.State.ABSENT);

        assertThat(change(next, Samples.set(Tier.PERSISTENT, "connection-rate-limit.per-source.rate", "778")))
                .isInstanceOf(Outcome.Applied.class);
        assertThat(open(disk, file).view().layers().persistent())
                .isEqualTo(next.view().layers().persistent());
        assertThat(disk.files).as("what was beside it is used up").containsOnlyKeys(Samples.STORE);
    }

    @Example
    void aRefusedWriteLeavesEveryByteAndTheNextOneWorks() {
        for (Step step : List.of(Step.WRITE, Step.REPLACE)) {
            MemoryDisk disk = new MemoryDisk();
            SettingsStore store = open(disk, Layer.EMPTY);
            change(store, Samples.set(Tier.PERSISTENT, "mpp", "disabled"));
            SettingsStore.View before = store.view();
            byte[] bytes = disk.files.get(Samples.STORE);
            disk.fault = Optional.of(step);

            Outcome refused = change(store, Samples.set(Tier.PERSISTENT, "mpp", "enabled", "profiles", "disabled"));

            assertThat(refused).isInstanceOf(Outcome.Unwritable.class);
            assertThat(((Outcome.Unwritable) refused).problem())
                    .contains(Samples.STORE.toString(), "no space left", "store=active");
            assertThat(disk.files.get(Samples.STORE)).isEqualTo(bytes);
            assertThat(store.view().settings()).isSameAs(before.settings());
            assertThat(store.view().layers()).isEqualTo(before.layers());
            assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.UNWRITABLE);
            disk.fault = Optional.empty();
            assertThat(change(store, Samples.set(Tier.PERSISTENT, "mpp", "enabled")))
                    .isInstanceOf(Outcome.Applied.class);
            assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.OK);
        }
    }

    @Example
    void whatTheNextStartWouldReadHoldsAlthoughTheFolderCouldNotBeForced() {
        MemoryDisk disk = new MemoryDisk();
        SettingsStore store = open(disk, Layer.EMPTY);
        disk.fault = Optional.of(Step.SYNC);

        Outcome made = change(store, Samples.set(Tier.PERSISTENT, "mpp", "disabled"));

        assertThat(made)
                .isInstanceOfSatisfying(
                        Outcome.Applied.class,
                        applied -> assertThat(applied.notes())
                                .anySatisfy(note ->
                                        assertThat(note).contains("could not be forced to the disk", "no space left")));
        assertThat(store.view().persistence().problem()).isPresent();
        assertThat(open(disk, Layer.EMPTY).view().layers())
                .isEqualTo(store.view().layers());
        disk.fault = Optional.empty();
        change(store, Samples.set(Tier.PERSISTENT, "mpp", "enabled"));
        assertThat(store.view().persistence().problem()).isEmpty();
    }

    private static SettingsStore open(MemoryDisk disk, Layer file) {
        return SettingsStore.open(Samples.STORE, disk, file, Samples.CLOCK, Audit.NONE);
    }

    private static Origin origin() {
        return Origin.asked(Origin.Kind.COMMAND, "127.0.0.1", Samples.CLOCK.instant());
    }

    private static Outcome change(SettingsStore store, Change change) {
        return store.change(change, OptionalLong.empty(), Origin.Kind.COMMAND, "127.0.0.1", false);
    }
}
