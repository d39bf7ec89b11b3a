package dev.spillway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of the behaviour that a judgement decides. Ports 5000-5009 and 22 are exempt in all of them. */
class SecurityPolicyTest {
    private static final PortSet EXEMPT = PortSet.of(List.of(new PortRange(5000, 5009), new PortRange(22, 22)));

    private static Arrival arrival(int port, NetworkProfile found) {
        InetAddress local = InetAddress.getLoopbackAddress();
        return new Arrival(new Place(local, "eth0", found, "by the test"), port, Family.IPV4, ListenerRules.DEFAULTS);
    }

    @ParameterizedTest(name = "{0}: mpp={2} profiles={3} role={1} port={4} {5} is {6}")
    @CsvSource({
        "S1,SERVER,DISABLED,ENABLED,80,PUBLIC,MPP_DISABLED",
        "S1,SERVER,DISABLED,ENABLED,22,PRIVATE,MPP_DISABLED",
        "S1,SERVER,DISABLED,DISABLED,80,DOMAIN,MPP_DISABLED",
        "S2,SERVER,ENABLED,ENABLED,80,PUBLIC,ELIGIBLE",
        "S5,SERVER,ENABLED,ENABLED,80,PRIVATE,PRIVATE_PROFILE",
        "S5,SERVER,ENABLED,ENABLED,80,DOMAIN,DOMAIN_PROFILE",
        "S6,SERVER,ENABLED,DISABLED,80,PRIVATE,ELIGIBLE",
        "S6,SERVER,ENABLED,DISABLED,80,DOMAIN,ELIGIBLE",
        "S7,SERVER,ENABLED,DISABLED,80,PUBLIC,ELIGIBLE",
        "S8,SERVER,ENABLED,ENABLED,22,PUBLIC,EXEMPT_PORT",
        "S8,SERVER,ENABLED,ENABLED,5000,PUBLIC,EXEMPT_PORT",
        "S8,SERVER,ENABLED,ENABLED,5009,PUBLIC,EXEMPT_PORT",
        "S8,SERVER,ENABLED,ENABLED,4999,PUBLIC,ELIGIBLE",
        "S8,SERVER,ENABLED,ENABLED,5010,PUBLIC,ELIGIBLE",
        "S8,SERVER,ENABLED,DISABLED,5005,PUBLIC,EXEMPT_PORT",
        "S9,SERVER,ENABLED,ENABLED,22,PRIVATE,EXEMPT_PORT",
        "S9,SERVER,ENABLED,DISABLED,22,DOMAIN,EXEMPT_PORT",
        "S10,SERVER,ENABLED,ENABLED,0,PUBLIC,ELIGIBLE",
        "S10,SERVER,ENABLED,ENABLED,65535,PUBLIC,ELIGIBLE",
        "S13,SERVER,DEFAULT,DEFAULT,80,PUBLIC,ELIGIBLE",
        "S13,SERVER,DEFAULT,DEFAULT,80,PRIVATE,PRIVATE_PROFILE",
        "S13,CLIENT,DEFAULT,DEFAULT,80,PUBLIC,MPP_DISABLED",
        "S13,CLIENT,ENABLED,DEFAULT,80,PUBLIC,ELIGIBLE",
        "S13,CLIENT,ENABLED,DEFAULT,80,PRIVATE,PRIVATE_PROFILE",
        "S14,SERVER,DEFAULT,DISABLED,80,PRIVATE,ELIGIBLE",
        "S14,CLIENT,DEFAULT,DISABLED,80,PUBLIC,MPP_DISABLED"
    })
    void aConnectionIsJudged(
            String row, Role role, Toggle mpp, Toggle profiles, int port, NetworkProfile network, Standing expected) {
        SecuritySettings settings =
                SecuritySettings.of(role, mpp, profiles, EXEMPT).generation(7);
        Verdict verdict = SecurityPolicy.judge(settings, arrival(port, network));
        assertThat(verdict).as(row).isEqualTo(new Verdict(expected, network, 7));
        assertThat(verdict.eligible()).as(row).isEqualTo(expected == Standing.ELIGIBLE);
    }

    @ParameterizedTest(name = "S10: with the defaults every port is covered on {0}")
    @EnumSource(
            value = NetworkProfile.class,
            names = {"PUBLIC"})
    void byDefaultEveryPortIsCovered(NetworkProfile network) {
        for (int port = 0; port <= PortRange.MAX_PORT; port++) {
            assertThat(SecurityPolicy.judge(SecuritySettings.DEFAULTS, arrival(port, network))
                            .eligible())
                    .isTrue();
        }
    }

    @Test
    void theDefaultsAreThoseOfAServerS13() {
        SecuritySettings defaults = SecuritySettings.DEFAULTS;
        assertThat(defaults.mppOn()).isTrue();
        assertThat(defaults.profilesOn()).isTrue();
        assertThat(defaults.portExemptions().isEmpty()).isTrue();
        assertThat(defaults.generation()).isEqualTo(1);
    }

    @ParameterizedTest(name = "S14: {0} in role {1} is on: {2}")
    @CsvSource({
        "ENABLED,SERVER,true",
        "ENABLED,CLIENT,true",
        "DISABLED,SERVER,false",
        "DISABLED,CLIENT,false",
        "DEFAULT,SERVER,true",
        "DEFAULT,CLIENT,false"
    })
    void defaultFollowsTheRole(Toggle toggle, Role role, boolean on) {
        assertThat(toggle.isOn(role.mppByDefault())).isEqualTo(on);
        assertThat(toggle.isOn(role.profilesByDefault())).isEqualTo(toggle != Toggle.DISABLED);
    }

    @Test
    void standingsHaveTheWordsThatOperatorsSee() {
        assertThat(Standing.EXEMPT_PORT.label()).isEqualTo("exempt-port");
        assertThat(Standing.ELIGIBLE.label()).isEqualTo("eligible");
    }
}
