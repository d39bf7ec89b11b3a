package dev.spillway.server.spelling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    @Test
    void eachKindOfSlipIsOneStep() {
        assertThat(Spelling.distance("bind", "bind")).isZero();
        assertThat(Spelling.distance("bnd", "bind")).isEqualTo(1);
        assertThat(Spelling.distance("biind", "bind")).isEqualTo(1);
        assertThat(Spelling.distance("bend", "bind")).isEqualTo(1);
        assertThat(Spelling.distance("bnid", "bind")).isEqualTo(1);
        assertThat(Spelling.distance("", "bind")).isEqualTo(4);
    }

    @Test
    void theNearestIsFound() {
        assertThat(Spelling.nearest("backand", List.of("web", "backend", "back")))
                .contains("backend");
        assertThat(Spelling.nearest("x", List.of("b", "a"))).contains("a");
        assertThat(Spelling.nearest("x", List.of())).isEmpty();
    }

    @Test
    void aWordOfAMegabyteIsComparedByItsBeginning() {
        assertThat(Spelling.distance("a".repeat(1 << 20), "a".repeat(100))).isZero();
    }
}
