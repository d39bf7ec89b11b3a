package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080,127.0.0.1,8080,true,false",
        "0.0.0.0:0,0.0.0.0,0,true,true",
        "[::1]:65535,::1,65535,true,false",
        "[::]:80,::,80,true,true",
        "*:80,*,80,false,true",
        "localhost:80,localhost,80,false,false",
        "Backend.Internal:80,backend.internal,80,false,false",
        "1.2.3:80,1.2.3,80,false,false"
    })
    void anAddressIsRead(String text, String host, int port, boolean literal, boolean wildcard) {
        HostPort parsed = HostPort.parse(text);
        assertThat(parsed).isEqualTo(new HostPort(host, port));
        assertThat(parsed.literal()).isEqualTo(literal);
        assertThat(parsed.wildcard()).isEqualTo(wildcard);
        assertThat(HostPort.parse(parsed.toString())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "80",
                "localhost",
                ":80",
                "::1:80",
                "[::1]",
                "[]:80",
                "[localhost]:80",
                "[::1:80",
                "::1]:80",
                "a b:80",
                "http://a:80",
                "[::1]x:80",
                "a/b:80"
            })
    void whatIsNoHostAndPortIsTold(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"" + text + "\" (expected: host:port, as \"127.0.0.1:8080\", \"[::1]:8080\" or \"*:8080\")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:", "a:65536", "a:-1", "a:x", "a: 80", "a:80 ", "a:123456", "a:٨٠", "[::1]:"})
    void aPortOutOfRangeIsTold(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" (expected: a port in 0-65535 after the last colon)");
    }

    @Test
    void theRecordHoldsItsOwnBounds() {
        assertThatThrownBy(() -> new HostPort("", 1)).hasMessage("no host (expected: host:port)");
        assertThatThrownBy(() -> new HostPort("a", 65536)).hasMessage("port 65536 (expected: 0-65535)");
        assertThatThrownBy(() -> new HostPort("a", -1)).hasMessage("port -1 (expected: 0-65535)");
    }
}
