package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {
    @ParameterizedTest
    @CsvSource({
        "22,22,22",
        "0,0,0",
        "65535,65535,65535",
        "0-65535,0,65535",
        "5000-5009,5000,5009",
        "'  5000 - 5009 ',5000,5009",
        "00022,22,22",
        "7-7,7,7"
    })
    void aPortOrARangeIsRead(String text, int first, int last) {
        assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "--",
                "-5",
                "5-",
                "1-2-3",
                "1--2",
                "ssh",
                "22,23",
                "+22",
                "0x16",
                "2 2",
                "1.5",
                "٢٢",
                "5000–5009",
                "999999999999",
                "-1-5"
            })
    void whatIsNoPortIsToldWithTheTextAndWhatWasExpected(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(NumberFormatException.class)
                .hasMessage("\"" + text
                        + "\" (expected: a port or a range of ports, as \"22\" or \"5000-5009\", in 0-65535)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "99999", "0-65536", "65536-65537", "99999-22"})
    void aPortBeyondTheLastIsOutOfRange(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" (expected: ports in 0-65535)");
    }

    @Test
    void aNegativePortIsOutOfRange() {
        assertThatThrownBy(() -> new PortRange(-1, 5)).hasMessage("-1-5 (expected: ports in 0-65535)");
        assertThatThrownBy(() -> new PortRange(5, -1)).hasMessageContaining("(expected: ports in 0-65535)");
    }

    @Test
    void aReversedRangeIsToldWithTheRightOne() {
        assertThatThrownBy(() -> PortRange.parse("5009-5000"))
                .hasMessage("5009-5000 is reversed (expected: 5000-5009)");
    }

    @Test
    void bothEndsBelongToIt() {
        assertThat(new PortRange(5000, 5009).size()).isEqualTo(10);
        assertThat(new PortRange(0, 65535).size()).isEqualTo(65536);
    }

    @Test
    void itsTextIsReadBackAsTheSame() {
        assertThat(new PortRange(22, 22)).hasToString("22");
        assertThat(new PortRange(5000, 5009)).hasToString("5000-5009");
    }
}
