package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.netsh.ExplainLine.Question;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainLineTest {
    private static Reading<Question> read(String line) {
        return ExplainLine.read(line.isEmpty() ? List.of() : List.of(line.split(" ")));
    }

    @Test
    void noWordAsksWhoWouldBeClosed() {
        assertThat(read("")).isEqualTo(new Reading.Understood<>(new Question(true, Map.of())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            signal=kernel-tcp level=0.95 limit=20 | {signal=kernel-tcp, level=0.95, limit=20}
            level=95% signal=container            | {signal=container, level=0.95}
            level=100%                            | {level=1}
            level=0                               | {level=0}
            level=.5                              | {level=0.5}
            level=0.950                           | {level=0.95}
            level=12.5%                           | {level=0.125}
            sig=inj                               | {signal=injected}
            """)
    void aShortageIsSupposed(String line, String named) {
        Question question = ((Reading.Understood<Question>) read(line)).meaning();
        assertThat(question.forecast()).isTrue();
        assertThat(question.named()).hasToString(named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            web                       | {listener=web}
            web 198.18.0.1 from=::1   | {listener=web, local=198.18.0.1, from=::1}
            from=203.0.113.7          | {from=203.0.113.7}
            l=web                     | l=web (expected: a tag that can be only one; l is short for listener as well as local)
            """)
    void aConnectionIsNamedAsBefore(String line, String named) {
        Reading<Question> reading = read(line);
        assertThat(
                        reading instanceof Reading.Understood<Question> understood
                                ? understood.meaning().forecast() + " "
                                        + understood.meaning().named()
                                : ((Reading.Refused<Question>) reading)
                                        .mistakes()
                                        .get(0)
                                        .toString())
                .isEqualTo(reading instanceof Reading.Understood<Question> ? "false " + named : named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            web signal=ledger | signal: beside listener (expected: one kind of question: signal=, level= and limit= ask who would be closed; listener=, local= and from= how a connection is judged)
            signal=c          | signal: c (expected: heap, direct, ledger, kernel-tcp, container-tcp, container, stall, descriptors, connections or injected; c is short for container-tcp, container as well as connections)
            level=1.01        | level: 1.01 (expected: a share, 0 to 1, as 0.95 or 95%)
            level=101%        | level: 101% (expected: a share, 0 to 1, as 0.95 or 95%)
            level=            | level: no value (expected: a share, 0 to 1, as 0.95 or 95%)
            level=-1          | level: -1 (expected: a share, 0 to 1, as 0.95 or 95%)
            limit=1001        | limit: 1001 (expected: how many to list, a whole number, 1-1000)
            """)
    void aMistakeIsTold(String line, String mistake) {
        assertThat(((Reading.Refused<Question>) read(line)).mistakes())
                .extracting(Mistake::toString)
                .containsExactly(mistake);
    }
}
