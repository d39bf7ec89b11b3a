package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.PortRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** S17: order, case and length of words change nothing of what a line means. */
class SetLineProperties {
    private static final List<String> TOGGLES = List.of("enabled", "disabled", "default");

    @Property
    void everyOrderOfTagsMeansTheSame(
            @ForAll("toggles") String mpp,
            @ForAll("toggles") String profiles,
            @ForAll @IntRange(max = PortRange.MAX_PORT) int start,
            @ForAll @IntRange(min = 1, max = 100) int count,
            @ForAll Random order) {
        int fitting = Math.min(count, PortRange.MAX_PORT + 1 - start);
        List<String> words = new ArrayList<>(List.of(
                "mpp=" + mpp,
                "startport=" + start,
                "numberofports=" + fitting,
                "profiles=" + profiles,
                "store=active"));
        Reading<SecurityChange> straight = SetLine.read(List.copyOf(words));
        Collections.shuffle(words, order);
        assertThat(SetLine.read(words)).isEqualTo(straight);
        SecurityChange change = ((Reading.Understood<SecurityChange>) straight).meaning();
        assertThat(change.ports().get(0).range()).isEqualTo(new PortRange(start, start + fitting - 1));
        assertThat(change.ports().get(0).mpp()).isEqualTo(mpp);
        assertThat(change.set()).containsOnlyKeys("profiles").containsValue(profiles);
    }

    @Property
    void whateverIsLeftWithoutItsTagInOrderMeansTheSame(
            @ForAll("toggles") String mpp, @ForAll("toggles") String profiles, @ForAll @IntRange(max = 31) int tagged) {
        List<String> names = List.of("mpp", "startport", "numberofports", "profiles", "store");
        List<String> values = List.of(mpp, "5000", "10", profiles, "persistent");
        List<String> words = new ArrayList<>();
        List<String> full = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            full.add(names.get(i) + "=" + values.get(i));
            words.add((tagged >> i & 1) == 1 ? full.get(i) : values.get(i));
        }
        assertThat(SetLine.read(words)).isEqualTo(SetLine.read(full));
    }

    @Property
    void anUnambiguousBeginningInAnyCaseMeansTheWord(
            @ForAll("toggles") String value, @ForAll @IntRange(min = 1, max = 8) int length, @ForAll Random random) {
        String beginning = value.substring(0, Math.min(length, value.length()));
        long meanings =
                TOGGLES.stream().filter(word -> word.startsWith(beginning)).count();
        Reading<SecurityChange> reading = SetLine.read(List.of(cased("mpp=" + beginning, random)));
        if (meanings == 1) {
            assertThat(reading).isEqualTo(SetLine.read(List.of("mpp=" + value)));
        } else {
            assertThat(reading).isInstanceOf(Reading.Refused.class);
        }
    }

    private static String cased(String word, Random random) {
        StringBuilder cased = new StringBuilder();
        word.chars().forEach(c -> cased.append(random.nextBoolean() ? Character.toUpperCase((char) c) : (char) c));
        return cased.toString();
    }

    @Property
    void anythingIsUnderstoodOrRefusedWithAReason(@ForAll("lines") List<String> line) {
        Reading<SecurityChange> reading = SetLine.read(line);
        if (reading instanceof Reading.Refused<SecurityChange> refused) {
            assertThat(refused.mistakes()).isNotEmpty().allSatisfy(mistake -> {
                assertThat(mistake.error()).isNotBlank();
                assertThat(mistake.expected()).isNotBlank();
                assertThat(mistake.toString().chars()).noneMatch(Character::isISOControl);
            });
        } else {
            SecurityChange change = ((Reading.Understood<SecurityChange>) reading).meaning();
            assertThat(change.set().size() + change.ports().size()).isPositive();
            assertThat(change.set().values())
                    .allMatch(value -> TOGGLES.contains(value)
                            || List.of("public", "private").contains(value));
        }
    }

    @Property
    void aPreambleChangesNothingOfWhatFollows(
            @ForAll("preambles") String preamble, @ForAll("toggles") String mpp, @ForAll Random random) {
        List<String> words = new ArrayList<>();
        for (String word : (preamble + " set security").strip().split(" ")) {
            words.add(cased(word, random));
        }
        words.add("mpp=" + mpp);
        assertThat(Preamble.strip(words, PreambleTest.COMMANDS))
                .isEqualTo(new Reading.Understood<>(List.of("set", "security", "mpp=" + mpp)));
    }

    @Provide
    Arbitrary<String> toggles() {
        return Arbitraries.of(TOGGLES);
    }

    @Provide
    Arbitrary<String> preambles() {
        return Arbitraries.of("", "netsh", "int tcp", "interface tcp", "netsh int tcp", "netsh interf tc", "in tcp");
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> known = Arbitraries.of(
                "mpp",
                "startport",
                "numberofports",
                "port",
                "profiles",
                "profile",
                "store",
                "family",
                "interface",
                "ratelimit",
                "role",
                "=",
                "mpp=",
                "s",
                "p");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.of("enabled", "d", "0", "65535", "65536", "5000-5009", "eth0", "ipv4", "private", "active"),
                Arbitraries.strings().ofMaxLength(12));
        Arbitrary<String> tagged = known.flatMap(tag -> value.map(text -> tag + "=" + text));
        return Arbitraries.oneOf(known, value, tagged)
                .list()
                .ofMaxSize(8)
                .map(words -> words.stream()
                        .map(word ->
                                word.length() > 3 && word.hashCode() % 2 == 0 ? word.toUpperCase(Locale.ROOT) : word)
                        .toList());
    }
}
