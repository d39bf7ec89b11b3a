package dev.spillway.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.ConnectionRateLimit;
import dev.spillway.security.FamilySettings;
import dev.spillway.security.InterfaceRule;
import dev.spillway.security.InterfaceRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkChangeTest {
    private static final Optional<NetworkProfile> ABSENT = Optional.empty();
    private static final Optional<NetworkProfile> PUBLIC = Optional.of(NetworkProfile.PUBLIC);
    private static final Optional<NetworkProfile> PRIVATE = Optional.of(NetworkProfile.PRIVATE);
    private static final Optional<NetworkProfile> DOMAIN = Optional.of(NetworkProfile.DOMAIN);

    private final SecuritySettings ruled = new SecuritySettings(
            1,
            Role.SERVER,
            Toggle.DEFAULT,
            Toggle.DEFAULT,
            PortSet.EMPTY,
            FamilySettings.DEFAULTS,
            FamilySettings.DEFAULTS,
            InterfaceRules.of(
                    List.of(InterfaceRule.of("eth1", PRIVATE, Toggle.DEFAULT, Toggle.DEFAULT, Toggle.DEFAULT))),
            ConnectionRateLimit.DEFAULTS,
            Toggle.DEFAULT);

    private static NetworkChange change(
            String interfaceName, Optional<NetworkProfile> before, Optional<NetworkProfile> after) {
        return new NetworkChange(
                interfaceName, InetAddress.getLoopbackAddress(), before, after, "domain controller dc answered");
    }

    @Test
    void withoutARuleAChangeIsWhatWasFoundS4() {
        NetworkChange found = change("eth0", PUBLIC, DOMAIN);

        assertThat(found.judgedBy(ruled)).contains(found);
    }

    @Test
    void anAddressUnderARuleAppearsAndVanishesWithTheProfileOfTheRuleS4() {
        assertThat(change("eth1", ABSENT, PUBLIC).judgedBy(ruled)).hasValueSatisfying(appeared -> {
            assertThat(appeared.before()).isEmpty();
            assertThat(appeared.after()).isEqualTo(PRIVATE);
            assertThat(appeared.how()).isEqualTo("interfaces.eth1.profile");
        });
        assertThat(change("eth1", DOMAIN, ABSENT).judgedBy(ruled)).hasValueSatisfying(vanished -> {
            assertThat(vanished.before()).isEqualTo(PRIVATE);
            assertThat(vanished.after()).isEmpty();
        });
    }

    @Test
    void whatIsFoundUnderARuleIsNoChangeS4() {
        assertThat(change("eth1", PUBLIC, DOMAIN).judgedBy(ruled)).isEmpty();
    }
}
