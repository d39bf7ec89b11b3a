package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spillway.listener.ListenerSettings;
import dev.spillway.security.Arrival;
import dev.spillway.security.Family;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.SecurityPolicy;
import dev.spillway.security.Standing;
import dev.spillway.server.config.SpillwaySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DemoConfigurationTest {
    private static final DemoPorts PORTS = new DemoPorts(8080, 8081, 8082, 9901);

    @Test
    void theDemoHasOneListenerOfEachStanding() throws IOException {
        SpillwaySettings settings = DemoConfiguration.settings(PORTS, 9000);
        Map<String, ListenerSettings> listeners = settings.proxy().listeners().stream()
                .collect(Collectors.toMap(ListenerSettings::name, Function.identity()));
        assertThat(listeners.keySet()).containsExactlyInAnyOrder("public", "private", "exempt");
        assertThat(standing(settings, listeners.get("public"))).isEqualTo(Standing.ELIGIBLE);
        assertThat(standing(settings, listeners.get("private"))).isNotEqualTo(Standing.ELIGIBLE);
        assertThat(standing(settings, listeners.get("exempt"))).isNotEqualTo(Standing.ELIGIBLE);
        assertThat(listeners.get("private").rules()).isEqualTo(ListenerRules.of(NetworkProfile.PRIVATE));
        assertThat(listeners.get("exempt").rules()).isEqualTo(ListenerRules.DEFAULTS);
        assertThat(listeners.get("exempt").bind().port()).isEqualTo(8082);
        assertThat(settings.admin().bind().port()).isEqualTo(9901);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void portsAreFourDifferentOnesInRange() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DemoPorts(1, 2, 2, 3))
                .withMessageContaining("four different ones");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DemoPorts(0, 1, 2, 3))
                .withMessage("port 0 (expected: 1-65535)");
        assertThatIllegalArgumentException().isThrownBy(() -> new DemoPorts(1, 2, 3, 65536));
        DemoPorts free = DemoPorts.free();
        assertThat(free)
                .isEqualTo(new DemoPorts(free.publicPort(), free.privatePort(), free.exemptPort(), free.adminPort()));
    }

    private static Standing standing(SpillwaySettings settings, ListenerSettings listener) {
        return SecurityPolicy.judge(
                        settings.proxy().security(),
                        new Arrival(
                                Place.unknown(InetAddress.getLoopbackAddress()),
                                listener.bind().port(),
                                Family.IPV4,
                                listener.rules()))
                .standing();
    }
}
