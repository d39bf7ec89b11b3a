package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and values of settings. */
class SettingKeyTest {
    @ParameterizedTest
    @CsvSource({
        "interfaces.eth0.mpp,                 interfaces.eth0.mpp,               eth0,          mpp",
        "interfaces.eth0.ipv4.mpp,            interfaces.eth0.ipv4.mpp,          eth0,          ipv4.mpp",
        "interfaces.eth0.100.profile,         interfaces.eth0.100.profile,       eth0.100,      profile",
        "interfaces.a.mpp.mpp,                interfaces.a.mpp.mpp,              a.mpp,         mpp",
        "interfaces.a.profile.ipv6.mpp,       interfaces.a.profile.ipv6.mpp,     a.profile,     ipv6.mpp",
        "interfaces.10.0.0.0/8.ipv6.mpp,      interfaces.10.0.0.0/8.ipv6.mpp,    10.0.0.0/8,    ipv6.mpp",
        "interfaces.2001:DB8:0:0::/32.mpp,    interfaces.2001:db8::/32.mpp,      2001:db8::/32, mpp",
        "interfaces.[2001:db8::5].mpp,        interfaces.2001:db8::5.mpp,        2001:db8::5,   mpp",
        "interfaces.2001:db8::5/128.mpp,      interfaces.2001:db8::5.mpp,        2001:db8::5,   mpp",
        "interfaces.::ffff:10.0.0.5.mpp,      interfaces.10.0.0.5.mpp,           10.0.0.5,      mpp",
        "interfaces.::ffff:10.0.0.0/104.mpp,  interfaces.10.0.0.0/8.mpp,         10.0.0.0/8,    mpp",
        "interfaces.\"wlan 0\".mpp,           ,                                  ,              ",
        "interfaces.\"eth0\".profile,         interfaces.eth0.profile,           eth0,          profile"
    })
    void anInterfaceHasOneNameHoweverItIsWritten(String written, String name, String selector, String what) {
        if (name == null) {
            assertThatThrownBy(() -> SettingKey.find(written)).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        SettingKey key = Samples.key(written);
        assertThat(key.name()).isEqualTo(name);
        assertThat(key.selector()).isEqualTo(selector);
        assertThat(key.what()).isEqualTo(what);
        assertThat(SettingKey.find(key.name())).as("what the store's file says").contains(key);
        assertThat(SettingKey.ofInterface(selector, what)).isEqualTo(key);
    }

    /** It was found as one thing and put in force as another; the store that kept it could not be read again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "interfaces.ipv4.mpp",
                "interfaces.ipv6.profile",
                "interfaces.ipv4.ipv4.mpp",
                "interfaces.\"eth0.ipv4\".mpp",
                "interfaces.\"eth0.ipv6\".ipv6.mpp"
            })
    void aFamilyIsNoInterface(String written) {
        assertThatThrownBy(() -> SettingKey.find(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("eth0.ipv4.mpp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interfaces.fe80::1%eth0.mpp",
                "interfaces.10.0.0.256.mpp",
                "interfaces.10.0.0.1/8.mpp",
                "interfaces.eth0/24.mpp",
                "interfaces.a b.mpp",
                "interfaces.a\u0000b.mpp",
                "interfaces.a\"b.mpp",
                "interfaces.é.mpp"
            })
    void aSelectorThatNamesNothingIsAnError(String written) {
        assertThatThrownBy(() -> SettingKey.find(written)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mp",
                "mpp.",
                "MPP",
                "ipv5.mpp",
                "interfaces.",
                "interfaces..mpp",
                "interfaces.eth0",
                "interfaces.mpp"
            })
    void whatIsNoKeyIsNotFound(String name) {
        assertThat(SettingKey.find(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mpp, ' ENABLED ', enabled",
        "mpp-dry-run, true, enabled",
        "mpp-dry-run, False, disabled",
        "mpp-dry-run, Default, default",
        "role, Client, client",
        "interfaces.eth0.profile, PRIVATE, private",
        "connection-rate-limit.per-source.rate, 0000000, 0",
        "connection-rate-limit.per-source.rate, 1000000, 1000000"
    })
    void aValueHasOneForm(String key, String written, String canonical) {
        assertThat(Samples.key(key).canonical(written)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "mpp, '', 'enabled, disabled or default'",
        "mpp, true, 'enabled, disabled or default'",
        "mpp-dry-run, yes, 'enabled, disabled or default; true and false stand for the first two'",
        "mpp, on, 'enabled, disabled or default'",
        "role, default, server or client",
        "interfaces.eth0.profile, domain, 'domain is found, not set'",
        "connection-rate-limit.per-source.rate, 1000001, 0-1000000",
        "connection-rate-limit.per-source.rate, -1, 0-1000000",
        "connection-rate-limit.per-source.rate, 99999999999999999999, 0-1000000",
        "connection-rate-limit.per-source.rate, 1.5, 0-1000000",
        "connection-rate-limit.per-source.rate, ١, 0-1000000"
    })
    void anUnfitValueSaysWhatIsExpected(String key, String written, String expectation) {
        assertThatThrownBy(() -> Samples.key(key).canonical(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expectation);
    }

    @Test
    void everyKeyThatCanBeFoundCanBeKeptAndPutInForce() {
        for (String selector : Samples.SELECTORS) {
            for (String what : SettingKey.ofInterfaces()) {
                MemoryDisk disk = new MemoryDisk();
                SettingsStore store = SettingsStore.open(Samples.STORE, disk, Layer.EMPTY, Samples.CLOCK, Audit.NONE);
                String value = what.equals("profile") ? "private" : "disabled";
                store.change(
                        Samples.set(Tier.PERSISTENT, "interfaces." + selector + "." + what, value),
                        OptionalLong.empty(),
                        Origin.Kind.API,
                        "x",
                        false);
                SettingsStore next = SettingsStore.open(Samples.STORE, disk, Layer.EMPTY, Samples.CLOCK, Audit.NONE);
                assertThat(next.view().settings().interfaces().rules()).hasSize(1);
                assertThat(next.view().layers()).isEqualTo(store.view().layers());
            }
        }
    }
}
