package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.limit.SilentLine.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SilentLineTest {
    private final SilentLine<String> line = new SilentLine<>();

    @Test
    void anEmptyLineHasNobody() {
        assertThat(line.first()).isNull();
        assertThat(line.size()).isZero();
        assertThat(line.since()).isEqualTo(SilentLine.NOBODY);
    }

    @Test
    void whoSpokeMeanwhileAndBeganAnewIsLast() {
        Place<String> first = line.enter("a", 1);
        line.enter("b", 2);
        line.restart(first, 3);
        assertThat(line.at(line.first())).isEqualTo("b");
        assertThat(line.since()).isEqualTo(2);
    }

    @Test
    void whoHasLeftCanNeitherLeaveNorBeginAgain() {
        Place<String> place = line.enter("a", 1);
        assertThat(line.leave(place)).isTrue();
        assertThat(line.leave(place)).isFalse();
        line.restart(place, 2);
        assertThat(line.size()).isZero();
        assertThat(line.since()).isEqualTo(SilentLine.NOBODY);
    }

    @Test
    void aTimeThatLooksLikeNobodyIsStillSomebody() {
        line.enter("a", SilentLine.NOBODY);
        assertThat(line.since()).isNotEqualTo(SilentLine.NOBODY);
    }

    @Test
    void linesAreComparedAcrossTheOverflowOfTime() {
        assertThat(SilentLine.precedes(Long.MAX_VALUE - 5, Long.MIN_VALUE + 5)).isTrue();
        assertThat(SilentLine.precedes(Long.MIN_VALUE + 5, Long.MAX_VALUE - 5)).isFalse();
        assertThat(SilentLine.precedes(7, SilentLine.NOBODY)).isTrue();
        assertThat(SilentLine.precedes(SilentLine.NOBODY, 7)).isFalse();
        assertThat(SilentLine.precedes(SilentLine.NOBODY, SilentLine.NOBODY)).isFalse();
    }

    /** What is done to a line, and to which of those that ever came. */
    private record Deed(int what, int who) {}

    @Provide
    Arbitrary<List<Deed>> deeds() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 40))
                .as(Deed::new)
                .list()
                .ofMaxSize(200);
    }

    @Property
    void itsOrderIsThatOfAMapWithInsertionOrder(@ForAll("deeds") List<Deed> deeds) {
        SilentLine<Integer> tried = new SilentLine<>();
        List<Place<Integer>> places = new ArrayList<>();
        Map<Integer, Long> model = new LinkedHashMap<>();
        long now = 0;
        for (Deed deed : deeds) {
            now++;
            if (deed.what() <= 1 || places.isEmpty()) {
                model.put(places.size(), now);
                places.add(tried.enter(places.size(), now));
            } else {
                int who = deed.who() % places.size();
                boolean there = model.remove(who) != null;
                if (deed.what() == 2) {
                    assertThat(tried.leave(places.get(who))).isEqualTo(there);
                } else {
                    tried.restart(places.get(who), now);
                    if (there) {
                        model.put(who, now);
                    }
                }
            }
            assertThat(tried.size()).isEqualTo(model.size());
            assertThat(tried.since())
                    .isEqualTo(model.values().stream().findFirst().orElse(SilentLine.NOBODY));
        }
        List<Integer> inOrder = new ArrayList<>();
        for (Place<Integer> first = tried.first(); first != null; first = tried.first()) {
            inOrder.add(tried.at(first));
            tried.leave(first);
        }
        assertThat(inOrder).containsExactlyElementsOf(model.keySet());
    }
}
