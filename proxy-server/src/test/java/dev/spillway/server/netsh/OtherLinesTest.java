package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherLinesTest {
    private static List<String> mistakes(Reading<?> reading) {
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused<?>) reading)
                .mistakes().stream().map(Mistake::toString).toList();
    }

    @ParameterizedTest(name = "S17: show security {0}")
    @CsvSource({"store=active,ACTIVE", "active,ACTIVE", "a,ACTIVE", "ST=PERS,PERSISTENT", "persistent,PERSISTENT"})
    void showNamesAStore(String word, Store store) {
        assertThat(StoreLine.read(List.of(word))).isEqualTo(new Reading.Understood<>(Optional.of(store)));
    }

    @Test
    void showNeedsNoStore() {
        assertThat(StoreLine.read(List.of())).isEqualTo(new Reading.Understood<>(Optional.empty()));
    }

    @Test
    void showTakesNothingElse() {
        assertThat(mistakes(StoreLine.read(List.of("store=maybe", "active", "mpp=enabled"))))
                .containsExactlyInAnyOrder(
                        "store: maybe (expected: active or persistent)",
                        "active (expected: values without a tag only as store; that place is taken)",
                        "mpp=enabled (expected: one of the tags store)");
    }

    @Test
    void explainTakesItsThreeWordsInOrderOrByTag() {
        Reading<ExplainLine.Question> all = new Reading.Understood<>(new ExplainLine.Question(
                false, Map.of("listener", "web", "local", "198.18.0.1", "from", "2001:db8::7")));
        assertThat(ExplainLine.read(List.of("web", "198.18.0.1", "2001:db8::7")))
                .isEqualTo(all);
        assertThat(ExplainLine.read(List.of("from=2001:db8::7", "web", "loc=198.18.0.1")))
                .isEqualTo(all);
        assertThat(mistakes(ExplainLine.read(List.of("from=", "listener="))))
                .containsExactly(
                        "listener: no value (expected: the name of a listener)",
                        "from: no value (expected: an address, as 198.18.0.1)");
    }

    @ParameterizedTest(name = "S15: --only {0}")
    @CsvSource(delimiter = '|', textBlock = """
            mpp                               | mpp
            MPP,prof                          | mpp,profiles
            ex, rate                          | exemptions,rate-limit
            mpp,profiles,exemptions,rate-limit| mpp,profiles,exemptions,rate-limit
            """)
    void aResetIsNarrowed(String only, String settings) {
        assertThat(ResetScope.read(Optional.of(only), false))
                .isEqualTo(new Reading.Understood<>(List.of(settings.split(","))));
    }

    @Test
    void aResetOfNothingInParticularIsOfAll() {
        assertThat(ResetScope.read(Optional.empty(), true)).isEqualTo(new Reading.Understood<>(List.of()));
    }

    @Test
    void everyMistakeOfAScopeIsTold() {
        assertThat(mistakes(ResetScope.read(Optional.of("mpp,,exemtions,mpp,rate-limit"), true)))
                .containsExactly(
                        "--only: nothing (expected: some of mpp, profiles, exemptions or rate-limit, with commas between"
                                + " them)",
                        "--only: exemtions (expected: some of mpp, profiles, exemptions or rate-limit; the nearest is"
                                + " exemptions, with commas between them)",
                        "--only: mpp again (expected: each setting once)",
                        "--keep-rate-limit: beside --only rate-limit (expected: one of the two)");
    }
}
