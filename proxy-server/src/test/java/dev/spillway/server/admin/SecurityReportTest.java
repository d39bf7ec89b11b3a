package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.FakeProxy;
import dev.spillway.server.admin.SecurityReport.ListenerState;
import dev.spillway.server.admin.SecurityReport.LocalVerdict;
import dev.spillway.server.store.Asked;
import dev.spillway.server.store.Layer;
import dev.spillway.server.store.LayeredSettings;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.Persistence;
import dev.spillway.server.store.SettingKey;
import dev.spillway.server.store.SettingsStore.View;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the report says of settings is what judges. */
class SecurityReportTest {
    private static final Persistence NO_STORE =
            new Persistence(Optional.empty(), Persistence.State.NONE, Optional.empty());

    private static Layer layer(String... keysAndValues) {
        Layer layer = Layer.EMPTY;
        for (int i = 0; i < keysAndValues.length; i += 2) {
            SettingKey key = SettingKey.find(keysAndValues[i]).orElseThrow();
            layer = layer.with(key, new Asked(keysAndValues[i + 1], Origin.file("spillway.conf:1")));
        }
        return layer;
    }

    private static SecurityReport report(Layer persistent, Layer active, boolean restarted) {
        LayeredSettings layers = new LayeredSettings(Layer.EMPTY, persistent, active);
        return SecurityReport.of(new View(layers.effective(7), layers, NO_STORE), new FakeProxy(), restarted);
    }

    private static String effective(SecurityReport report, String key) {
        return report.settings().stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow()
                .effective();
    }

    /** FakeProxy judges by settings of its own, which switch nothing off: they stand for those in force. */
    @Test
    void afterARestartVerdictsAreThoseOfWhatIsKeptAndNotOfWhatIsInForce() {
        Layer off = layer("mpp", "disabled");
        assertThat(report(off, Layer.EMPTY, true).listeners())
                .flatExtracting(ListenerState::verdicts)
                .extracting(LocalVerdict::standing)
                .isNotEmpty()
                .containsOnly("mpp-disabled");
        assertThat(report(off, Layer.EMPTY, false).listeners())
                .flatExtracting(ListenerState::verdicts)
                .extracting(LocalVerdict::standing)
                .contains("eligible");
    }

    @Test
    void aDryRunIsOneOnlyWhileMppWouldAct() {
        assertThat(report(layer("mpp-dry-run", "enabled"), Layer.EMPTY, false).dryRun())
                .isTrue();
        assertThat(report(layer("mpp-dry-run", "enabled", "mpp", "disabled"), Layer.EMPTY, false)
                        .dryRun())
                .isFalse();
        assertThat(report(layer("mpp-dry-run", "disabled"), Layer.EMPTY, false).dryRun())
                .isFalse();
        assertThat(report(Layer.EMPTY, Layer.EMPTY, false).dryRun()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mpp,          disabled, ipv4.mpp,                 enabled,  disabled",
        "mpp,          disabled, ipv6.mpp,                 default,  disabled",
        "mpp,          disabled, mpp-dry-run,              enabled,  enabled",
        "mpp,          enabled,  mpp-dry-run,              default,  disabled",
        "role,         client,   mpp-dry-run,              default,  disabled",
        "mpp,          enabled,  ipv6.mpp,                 enabled,  enabled",
        "mpp,          disabled, interfaces.eth0.mpp,      enabled,  disabled",
        "ipv4.mpp,     disabled, interfaces.eth0.ipv4.mpp, enabled,  disabled",
        "ipv4.mpp,     disabled, interfaces.eth0.ipv6.mpp, enabled,  enabled",
        "interfaces.eth0.mpp, disabled, interfaces.eth0.ipv4.mpp, default, disabled",
        "interfaces.eth0.mpp, disabled, interfaces.eth0.ipv4.mpp, enabled, enabled",
        "role,         client,   ipv4.mpp,                 enabled,  disabled",
        "mpp,          disabled, interfaces.eth0.profile,  private,  private",
        "mpp,          disabled, interfaces.eth0.profile,  default,  as found",
    })
    void aSwitchBelowOneThatIsOffIsShownAsOff(String above, String value, String key, String asked, String effective) {
        SecurityReport report = report(layer(above, value, key, asked), Layer.EMPTY, false);
        assertThat(effective(report, key)).isEqualTo(effective);
    }
}
