package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store on a real disk, which is not always as one would like it to be. */
@Timeout(60)
class StoreFileTest {
    @TempDir
    private Path folder;

    private final Heard heard = new Heard();

    private SettingsStore open(Path path) {
        return SettingsStore.open(Optional.of(path), Layer.EMPTY, heard);
    }

    private static Outcome set(SettingsStore store, Tier tier, String key, String value) {
        return store.change(
                Samples.set(tier, key, value), OptionalLong.empty(), Origin.Kind.COMMAND, "127.0.0.1", false);
    }

    private static String value(SettingsStore store, String key) {
        return store.view().layers().value(Samples.key(key));
    }

    private Path store() {
        return folder.resolve("spillway.settings.json");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWasSetIsThereAtTheNextStartAndNothingElseIsInTheFolder() throws Exception {
        SettingsStore first = open(store());
        assertThat(first.view().persistence().state()).isEqualTo(Persistence.State.ABSENT);
        assertThat(names()).as("nothing is written that nobody asked for").isEmpty();
        set(first, Tier.PERSISTENT, "mpp", "disabled");
        set(first, Tier.ACTIVE, "profiles", "disabled");

        SettingsStore next = open(store());

        assertThat(value(next, "mpp")).isEqualTo("disabled");
        assertThat(value(next, "profiles")).as("active only").isEqualTo("default");
        assertThat(next.view().settings().generation()).isEqualTo(1);
        assertThat(names()).containsExactly("spillway.settings.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "{", "{}", "no store", "{\"format\":2}", "\u0000\u0000\u0000"})
    void aDamagedStoreIsReportedAndNeverReplaced(String content) throws Exception {
        Files.writeString(store(), content);

        SettingsStore store = open(store());

        Persistence persistence = store.view().persistence();
        assertThat(persistence.state()).isEqualTo(Persistence.State.DAMAGED);
        assertThat(persistence.problem()).isPresent();
        assertThat(persistence.path()).contains(store());
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled"))
                .isInstanceOfSatisfying(
                        Outcome.Unwritable.class,
                        refused -> assertThat(refused.problem()).contains(store().toString(), "expected: a store"));
        Change reset = new Change.Reset(Tier.PERSISTENT, Change.Reset.ALL, false);
        for (boolean dryRun : List.of(true, false)) {
            assertThat(store.change(reset, OptionalLong.empty(), Origin.Kind.COMMAND, "x", dryRun))
                    .as("what the store says is not known, so it can't be said to be reset")
                    .isInstanceOf(Outcome.Unwritable.class);
        }
        assertThat(heard.made).isEmpty();
        assertThat(set(store, Tier.ACTIVE, "mpp", "disabled"))
                .as("what is not kept needs no store")
                .isInstanceOf(Outcome.Applied.class);
        assertThat(Files.readString(store())).isEqualTo(content);
        assertThat(names()).containsExactly("spillway.settings.json");
    }

    @Test
    void aStoreMovedAwayOrMendedIsTakenUpByAReload() throws Exception {
        SettingsStore first = open(store());
        set(first, Tier.PERSISTENT, "mpp", "disabled");
        byte[] whole = Files.readAllBytes(store());
        Files.writeString(store(), "spoilt");

        first.reload(Layer.EMPTY);
        assertThat(first.view().persistence().state()).isEqualTo(Persistence.State.DAMAGED);
        assertThat(value(first, "mpp")).as("what it said goes on to hold").isEqualTo("disabled");

        Files.write(store(), whole);
        first.reload(Layer.EMPTY);
        assertThat(first.view().persistence().state()).isEqualTo(Persistence.State.OK);
        assertThat(heard.troubles)
                .as("the way in and the way out")
                .endsWith(Persistence.State.DAMAGED, Persistence.State.OK);
        Files.delete(store());
        first.reload(Layer.EMPTY);
        assertThat(first.view().persistence().state()).isEqualTo(Persistence.State.ABSENT);
        assertThat(value(first, "mpp")).isEqualTo("default");
        assertThat(set(first, Tier.PERSISTENT, "mpp", "enabled")).isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void whatIsNoRegularFileIsReportedAndLeft() throws Exception {
        Files.createDirectory(store());
        SettingsStore store = open(store());
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.DAMAGED);
        assertThat(store.view().persistence().problem().orElseThrow()).contains("not a regular file");
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(Files.isDirectory(store())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/full", "/dev/tty"})
    void aDeviceIsNotRead(String device) {
        SettingsStore store = open(Path.of(device));
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.DAMAGED);
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
    }

    @Test
    void aFileLargerThanAnyStoreIsNotRead() throws Exception {
        try (var file = new java.io.RandomAccessFile(store().toFile(), "rw")) {
            file.setLength(1L << 32);
        }
        assertThat(open(store()).view().persistence().problem().orElseThrow())
                .contains("4294967296 bytes (expected: at most ");
    }

    @Test
    void aFolderThatIsNotThereIsReportedAtOnceAndNothingChanges() {
        SettingsStore store = open(folder.resolve("none").resolve("store.json"));
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.UNWRITABLE);
        assertThat(store.view().persistence().problem()).contains("no such folder");
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled"))
                .isInstanceOfSatisfying(
                        Outcome.Unwritable.class,
                        refused -> assertThat(refused.problem()).contains("store=active"));
        assertThat(value(store, "mpp")).isEqualTo("default");
        assertThat(store.view().settings().generation()).isEqualTo(1);
        assertThat(heard.made).isEmpty();
    }

    /** Its permissions bind root too, as whom the tests may run. */
    @Test
    void aFolderThatTakesNoFilesIsReportedAndNothingChanges() {
        SettingsStore store = open(Path.of("/proc/self/store.json"));
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.UNWRITABLE);
        assertThat(value(store, "mpp")).isEqualTo("default");
    }

    @Test
    void aPathBelowAFileIsReported() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        SettingsStore store = open(folder.resolve("file").resolve("store.json"));
        assertThat(store.view().persistence().problem()).isPresent();
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLinkToTheStoreStaysALink(boolean alreadyThere) throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("kept.json");
        Files.createSymbolicLink(folder.resolve("second"), Path.of("elsewhere", "kept.json"));
        Files.createSymbolicLink(store(), Path.of("second"));
        if (alreadyThere) {
            set(open(elsewhere), Tier.PERSISTENT, "profiles", "disabled");
        }

        SettingsStore store = open(store());
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Applied.class);

        assertThat(store()).isSymbolicLink();
        assertThat(folder.resolve("second")).isSymbolicLink();
        SettingsStore direct = open(elsewhere);
        assertThat(value(direct, "mpp")).isEqualTo("disabled");
        assertThat(value(direct, "profiles")).isEqualTo(alreadyThere ? "disabled" : "default");
        assertThat(names()).containsExactly("elsewhere", "second", "spillway.settings.json");
    }

    @Test
    void aLinkToItselfIsReported() throws Exception {
        Files.createSymbolicLink(store(), store());
        SettingsStore store = open(store());
        assertThat(store.view().persistence().problem()).isPresent();
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(store()).isSymbolicLink();
    }

    @Test
    void whatAnotherProcessWroteMeanwhileIsNotOverwritten() throws Exception {
        SettingsStore one = open(store());
        SettingsStore other = open(store());
        set(one, Tier.PERSISTENT, "mpp", "disabled");
        byte[] first = Files.readAllBytes(store());

        Outcome refused = set(other, Tier.PERSISTENT, "profiles", "disabled");

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Outcome.Unwritable.class,
                        outcome -> assertThat(outcome.problem()).contains("another process", "reload"));
        assertThat(Files.readAllBytes(store())).isEqualTo(first);
        assertThat(value(other, "profiles")).isEqualTo("default");

        Outcome.Applied read = other.reload(Layer.EMPTY);
        assertThat(read.changes()).containsExactly(new Outcome.ChangedValue("mpp", "default", "disabled"));
        assertThat(read.generation()).isEqualTo(2);
        assertThat(set(other, Tier.PERSISTENT, "profiles", "disabled")).isInstanceOf(Outcome.Applied.class);
        assertThat(value(open(store()), "mpp")).isEqualTo("disabled");
        assertThat(value(open(store()), "profiles")).isEqualTo("disabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "spoilt"})
    void whatAppearedWhereNothingWasIsNotOverwritten(String content) throws Exception {
        SettingsStore store = open(store());
        Files.writeString(store(), content);
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(Files.readString(store())).isEqualTo(content);
    }

    @Test
    void whatWasRemovedIsNotWrittenAnewBeforeItIsNoticed() throws Exception {
        SettingsStore store = open(store());
        set(store, Tier.PERSISTENT, "mpp", "disabled");
        Files.delete(store());
        assertThat(set(store, Tier.PERSISTENT, "profiles", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(store()).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftBesideItIsUsedUp() throws Exception {
        Files.writeString(folder.resolve(".spillway.settings.json.new"), "half of a sto", StandardCharsets.UTF_8);
        SettingsStore store = open(store());
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.ABSENT);
        set(store, Tier.PERSISTENT, "mpp", "disabled");
        assertThat(names()).containsExactly("spillway.settings.json");
    }

    @Test
    void withoutAStoreWhatIsToBeKeptIsRefusedAndWhatIsActiveHolds() {
        SettingsStore store = SettingsStore.open(Optional.empty(), Layer.EMPTY, heard);
        assertThat(store.view().persistence().state()).isEqualTo(Persistence.State.NONE);
        assertThat(set(store, Tier.PERSISTENT, "mpp", "disabled")).isInstanceOf(Outcome.Unwritable.class);
        assertThat(set(store, Tier.ACTIVE, "mpp", "disabled")).isInstanceOf(Outcome.Applied.class);
        assertThat(store.reload(Layer.EMPTY).changes()).isEmpty();
        assertThat(value(store, "mpp")).isEqualTo("disabled");
    }

    @Test
    void whoChangedWhatIsNotForEveryone() throws Exception {
        set(open(store()), Tier.PERSISTENT, "mpp", "disabled");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store())))
                .isIn("rw-r-----", "rw-------");
    }

    @Test
    void whatLiesWhereTheNewOneIsWrittenIsNotWrittenThrough() throws Exception {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "somebody's");
        Files.createSymbolicLink(folder.resolve(".spillway.settings.json.new"), elsewhere);
        set(open(store()), Tier.PERSISTENT, "mpp", "disabled");
        assertThat(value(open(store()), "mpp")).isEqualTo("disabled");
        assertThat(elsewhere).hasContent("somebody's");
        assertThat(store()).isRegularFile();
        assertThat(Files.isSymbolicLink(store())).isFalse();
    }
}
