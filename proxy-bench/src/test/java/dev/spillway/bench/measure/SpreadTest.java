package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void theMedianOfAnOddCountIsTheMiddleOne() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 9));
    }

    @Test
    void theMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 100.0, 2.0))).isEqualTo(new Spread(1, 3, 100));
    }

    @Test
    void aSingleFigureIsItsOwnSpread() {
        assertThat(Spread.of(List.of(7.5))).isEqualTo(new Spread(7.5, 7.5, 7.5));
    }

    @Test
    void noFiguresAndInfiniteOnesAreRefused() {
        assertThatThrownBy(() -> Spread.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> Spread.of(List.of(1.0, Double.NaN))).hasMessageContaining("finite");
        assertThatThrownBy(() -> Spread.of(List.of(Double.POSITIVE_INFINITY))).hasMessageContaining("finite");
    }

    @Property
    void halfOfTheFiguresLieOnEitherSideOfTheMedian(
            @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -1e9, max = 1e9) Double> figures) {
        Spread spread = Spread.of(figures);
        assertThat(figures.stream().filter(figure -> figure <= spread.median()).count() * 2)
                .isGreaterThanOrEqualTo(figures.size());
        assertThat(figures.stream().filter(figure -> figure >= spread.median()).count() * 2)
                .isGreaterThanOrEqualTo(figures.size());
        assertThat(figures).allMatch(figure -> figure >= spread.min() && figure <= spread.max());
        assertThat(figures).contains(spread.min(), spread.max());
    }
}
