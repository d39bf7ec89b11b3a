package dev.spillway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainSettingsTest {
    private static List<HostPort> controllers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new HostPort("dc" + i, 389))
                .toList();
    }

    private static DomainSettings times(Duration interval, Duration timeout) {
        return new DomainSettings(List.of(), interval, timeout);
    }

    @Test
    void sixtyFourControllersAreTheMost() {
        Duration interval = Duration.ofSeconds(30);
        Duration timeout = Duration.ofSeconds(2);
        assertThat(new DomainSettings(controllers(64), interval, timeout).controllers())
                .hasSize(64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainSettings(controllers(65), interval, timeout))
                .withMessage("controllers: 65 (expected: at most 64)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:389", "0.0.0.0:389", "[::]:389", "dc1:0"})
    void aControllerIsOneHostAndOnePort(String controller) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainSettings(
                        List.of(HostPort.parse(controller)), Duration.ofSeconds(30), Duration.ofSeconds(2)))
                .withMessageStartingWith("controllers: ")
                .withMessageContaining("(expected: a host and a port in 1-65535)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"256.1.1.1:389", "999.999.999.999:389", "[1:2]:389", "[fe80::1::2]:389", "[:%eth0]:389"})
    void whatLooksLikeAnAddressIsOne(String controller) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainSettings(
                        List.of(HostPort.parse(controller)), Duration.ofSeconds(30), Duration.ofSeconds(2)))
                .withMessage("controllers: " + HostPort.parse(controller)
                        + " (expected: a name, an IPv4 or an IPv6 address)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"255.255.255.254:1", "dc1.corp.example:65535", "[2001:db8::1]:389", "[fe80::1%no-such]:389"})
    void aNameOrAnAddressIsTaken(String controller) {
        assertThat(new DomainSettings(
                                List.of(HostPort.parse(controller)), Duration.ofSeconds(30), Duration.ofSeconds(2))
                        .controllers())
                .containsExactly(HostPort.parse(controller));
    }

    @Test
    void aControllerThatIsNamedTwiceIsAskedOnce() {
        List<HostPort> twice = List.of(HostPort.parse("dc1:389"), HostPort.parse("DC1:389"));
        assertThat(new DomainSettings(twice, Duration.ofSeconds(30), Duration.ofSeconds(2)).controllers())
                .containsExactly(HostPort.parse("dc1:389"));
    }

    @Test
    void theEndsOfTheTimesAreAllowed() {
        assertThat(times(Duration.ofSeconds(1), Duration.ofMillis(10)).timeout())
                .isEqualTo(Duration.ofMillis(10));
        assertThat(times(Duration.ofDays(1), Duration.ofMinutes(1)).probeInterval())
                .isEqualTo(Duration.ofDays(1));
        assertThat(times(Duration.ofSeconds(2), Duration.ofSeconds(2)).timeout())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.999S, PT0.5S, probe-interval",
        "PT0S, PT0.01S, probe-interval",
        "PT-1S, PT0.01S, probe-interval",
        "PT24H0.001S, PT1S, probe-interval",
        "PT1H, PT0.009S, timeout",
        "PT1H, PT0S, timeout",
        "PT1H, PT-2S, timeout",
        "PT1H, PT60.001S, timeout",
        "PT1S, PT1.001S, timeout",
    })
    void aTimeOutOfItsRangeIsNamed(Duration interval, Duration timeout, String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> times(interval, timeout))
                .withMessageStartingWith(name + ": ")
                .withMessageContaining("(expected: ");
    }
}
