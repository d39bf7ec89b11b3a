package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IdsLineTest {
    @Test
    void numbersStandInTheirOrderEachOnce() {
        assertThat(IdsLine.read(List.of("7", "3,", "3", "1,2", "0999999999999999999".substring(1))))
                .isEqualTo(new Reading.Understood<>(Set.of(7L, 3L, 1L, 2L, 999_999_999_999_999_999L)));
        assertThat(((Reading.Understood<Set<Long>>) IdsLine.read(List.of("7", "3"))).meaning())
                .containsExactly(7L, 3L);
    }

    @Test
    void everyWordThatIsNoNumberIsTold() {
        assertThat(mistakes("7", "all", "-1", "1.5", "9999999999999999999"))
                .containsExactly(
                        "id: all (expected: the number of a connection, as \"show connections\" has it)",
                        "id: -1 (expected: the number of a connection, as \"show connections\" has it)",
                        "id: 1.5 (expected: the number of a connection, as \"show connections\" has it)",
                        "id: 9999999999999999999 (expected: the number of a connection, as \"show connections\" has it)");
    }

    @Test
    void noneAndTooManyAreRefused() {
        assertThat(mistakes()).containsExactly("ids: none (expected: 1-1000 in one command)");
        assertThat(mistakes(",", " ")).containsExactly("ids: none (expected: 1-1000 in one command)");
        String[] many = LongStream.rangeClosed(1, 1001).mapToObj(Long::toString).toArray(String[]::new);
        assertThat(mistakes(many)).containsExactly("ids: 1001 of them (expected: 1-1000 in one command)");
        assertThat(IdsLine.read(List.of(many).subList(0, 1000))).isInstanceOf(Reading.Understood.class);
    }

    private static List<String> mistakes(String... words) {
        return ((Reading.Refused<Set<Long>>) IdsLine.read(List.of(words)))
                .mistakes().stream().map(Mistake::toString).toList();
    }
}
