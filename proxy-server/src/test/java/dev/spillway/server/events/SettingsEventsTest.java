package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class SettingsEventsTest {
    private static final SettingChange MPP = new SettingChange("mpp", "default", "disabled");
    private static final SettingChange PROFILE = new SettingChange("interfaces.eth0.profile", "default", "private");

    @Test
    void aRequestIsOneEventWithAllItsChanges() {
        Event event = SettingsEvents.changed("token alice", "registry-import", "active", 18, List.of(MPP, PROFILE));

        assertThat(event.id().number()).isEqualTo(3001);
        assertThat(event.severity()).isEqualTo(Level.INFO);
        assertThat(event.message())
                .isEqualTo(
                        "Security settings were changed by token alice (registry-import, store active), generation 18:"
                                + " mpp: default -> disabled; interfaces.eth0.profile: default -> private.");
        assertThat(event.fields())
                .containsExactly(
                        entry("who", "token alice"),
                        entry("origin", "registry-import"),
                        entry("store", "active"),
                        entry("generation", 18L),
                        entry("changed", 2),
                        entry("changes", List.of(MPP, PROFILE)));
    }

    @Test
    void manyChangesAreCountedAndListedUpToABound() {
        List<SettingChange> many = IntStream.range(0, 65_536)
                .mapToObj(port -> new SettingChange("port-exemptions", "no", "x".repeat(port % 1000)))
                .toList();

        Event event = SettingsEvents.changed("127.0.0.1", "api", "persistent", 2, many);

        assertThat(event.message()).endsWith("; and 65516 more.").hasSizeLessThan(20_000);
        assertThat(event.fields()).containsEntry("changed", 65_536);
        assertThat((List<?>) event.fields().get("changes")).hasSize(20);
        Event long1 = SettingsEvents.changed(
                "w".repeat(9999), "api", "active", 2, List.of(new SettingChange("k", "o".repeat(9999), "n")));
        assertThat(long1.message()).hasSizeLessThan(1000);
        assertThat((String) long1.fields().get("who")).hasSize(203).endsWith("...");
    }

    @Test
    void aRequestThatChangedNothingSaysSo() {
        assertThat(SettingsEvents.changed("127.0.0.1", "api", "active", 2, List.of())
                        .message())
                .endsWith("generation 2: every value as it was.");
    }

    @Test
    void nobodyCanFakeALineWithAValue() {
        Event event = SettingsEvents.refused("eve\r\nINFO", "api", "mpp: \u001b[2J\u2028maybe\u0000", 1);

        assertThat(event.message())
                .isEqualTo(
                        "A change of the security settings was refused, and nothing changed: mpp:  [2J maybe . Asked by"
                                + " eve  INFO (api).");
        assertThat(SettingsEvents.changed("a", "api", "active", 2, List.of(new SettingChange("k\n", "o\n", "n\n")))
                        .message())
                .doesNotContain("\n");
        assertThat(SettingsEvents.reloadRefused("SIGHUP", List.of("a\nb")).message())
                .doesNotContain("\n");
        assertThat(SettingsEvents.storeDamaged("p", "a\nb").message()).doesNotContain("\n");
        assertThat(NetworkEvents.gateRefuses(true, "a\nb").message()).doesNotContain("\n");
    }

    @Test
    void refusalsAreCountedInOneEvent() {
        assertThat(SettingsEvents.refused("127.0.0.1", "command", "mpp: maybe", 12)
                        .message())
                .isEqualTo("12 changes of the security settings were refused, and nothing changed. The last one: mpp:"
                        + " maybe. Asked by 127.0.0.1 (command).");
        assertThat(SettingsEvents.refused("127.0.0.1", "command", "mpp: maybe", 12)
                        .fields())
                .containsExactly(
                        entry("who", "127.0.0.1"),
                        entry("origin", "command"),
                        entry("why", "mpp: maybe"),
                        entry("refused", 12L));
    }

    @Test
    void aStoreInTroubleIsAnErrorThatSaysWhatHoldsNow() {
        Event damaged = SettingsEvents.storeDamaged("/etc/s.json", "line 3: no value");
        Event unwritable = SettingsEvents.storeUnwritable("/etc/s.json", "No space left on device");

        assertThat(damaged.id().number()).isEqualTo(3003);
        assertThat(damaged.severity()).isEqualTo(Level.ERROR);
        assertThat(damaged.message())
                .isEqualTo(
                        "The settings store /etc/s.json is damaged: line 3: no value. It is left as it is; what it said"
                                + " is not in force.");
        assertThat(damaged.fields())
                .containsExactly(
                        entry("path", "/etc/s.json"), entry("state", "damaged"), entry("problem", "line 3: no value"));
        assertThat(unwritable.fields()).containsEntry("state", "unwritable");
        assertThat(unwritable.message()).contains("can't be written: No space left on device. What is in force stays");
    }

    @Test
    void aReloadSaysWhatChangedAndWhatWaitsForARestart() {
        Event event =
                SettingsEvents.reloaded("signal HUP", 19, List.of(MPP), List.of("memory.budget: 64MiB -> 128MiB"));

        assertThat(event.id().number()).isEqualTo(1004);
        assertThat(event.message())
                .isEqualTo(
                        "The configuration was read again, asked by signal HUP: mpp: default -> disabled. At the next"
                                + " start only: memory.budget: 64MiB -> 128MiB.");
        assertThat(event.fields())
                .containsExactly(
                        entry("who", "signal HUP"),
                        entry("generation", 19L),
                        entry("changed", 1),
                        entry("changes", List.of(MPP)),
                        entry("laterChanged", 1),
                        entry("atRestart", List.of("memory.budget: 64MiB -> 128MiB")));
        assertThat(SettingsEvents.reloaded("signal HUP", 19, List.of(), List.of())
                        .message())
                .isEqualTo("The configuration was read again, asked by signal HUP: nothing changed.");
    }

    @Test
    void aRefusedReloadHasEveryProblemUpToABound() {
        List<String> problems = IntStream.rangeClosed(1, 500)
                .mapToObj(line -> "spillway.conf:" + line + ": wrong " + "y".repeat(1000))
                .toList();

        Event event = SettingsEvents.reloadRefused("127.0.0.1", problems);

        assertThat(event.id().number()).isEqualTo(1005);
        assertThat(event.severity()).isEqualTo(Level.WARN);
        assertThat(event.fields()).containsEntry("found", 500);
        assertThat((List<?>) event.fields().get("problems")).hasSize(20);
        assertThat(event.message())
                .startsWith("The configuration was read again, asked by 127.0.0.1, and refused; nothing changed:"
                        + " spillway.conf:1: wrong")
                .endsWith("; and 480 more.")
                .hasSizeLessThan(10_000);
    }

    @Test
    void anExcerptSplitsNoCharacter() {
        assertThat(Excerpt.of("ab\ud83d\ude00c", 3)).isEqualTo("ab...");
        assertThat(Excerpt.of("ab\ud83d\ude00c", 4)).isEqualTo("ab\ud83d\ude00...");
        assertThat(Excerpt.of("abc", 3)).isEqualTo("abc");
        assertThat(Excerpt.of("", 0)).isEmpty();
    }
}
