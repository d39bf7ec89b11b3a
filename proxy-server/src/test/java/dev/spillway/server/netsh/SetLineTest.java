package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.PortRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetLineTest {
    private static Reading<SecurityChange> read(String line) {
        return SetLine.read(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
    }

    private static SecurityChange change(String line) {
        Reading<SecurityChange> reading = read(line);
        assertThat(reading).as(line).isInstanceOf(Reading.Understood.class);
        return ((Reading.Understood<SecurityChange>) reading).meaning();
    }

    private static List<String> mistakes(String line) {
        Reading<SecurityChange> reading = read(line);
        assertThat(reading).as(line).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused<SecurityChange>) reading)
                .mistakes().stream().map(Mistake::toString).toList();
    }

    @ParameterizedTest(name = "S17: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            mpp=disabled                           | {mpp=disabled}
            MPP=DISABLED                           | {mpp=disabled}
            mpp=enable                             | {mpp=enabled}
            m=e                                    | {mpp=enabled}
            mpp=def                                | {mpp=default}
            disabled                               | {mpp=disabled}
            profiles=disabled                      | {profiles=disabled}
            prof=dis                               | {profiles=disabled}
            profile=disabled                       | {profiles=disabled}
            p=di                                   | {profiles=disabled}
            mpp=enabled profiles=default           | {mpp=enabled, profiles=default}
            profiles=default enabled               | {mpp=enabled, profiles=default}
            mpp = enabled                          | {mpp=enabled}
            mpp= enabled                           | {mpp=enabled}
            mpp =enabled                           | {mpp=enabled}
            mpp = enabled profiles = disabled      | {mpp=enabled, profiles=disabled}
            ratelimit=enabled                      | {connection-rate-limit.enabled=enabled}
            rate-limit=di                          | {connection-rate-limit.enabled=disabled}
            mpp-dry-run=enabled                    | {mpp-dry-run=enabled}
            mppdryrun=en                           | {mpp-dry-run=enabled}
            mpp-d=dis                              | {mpp-dry-run=disabled}
            MPP-DRY-RUN=def mpp=en                 | {mpp=enabled, mpp-dry-run=default}
            mp=dis                                 | {mpp=disabled}
            mpp-dry-run=enabled dis                | {mpp=disabled, mpp-dry-run=enabled}
            mpp=disabled family=ipv4               | {ipv4.mpp=disabled}
            fam=IPv6 mpp=enabled                   | {ipv6.mpp=enabled}
            interface=eth0 mpp=disabled            | {interfaces.eth0.mpp=disabled}
            int=eth0 family=ipv6 mpp=disabled      | {interfaces.eth0.ipv6.mpp=disabled}
            interface=eth0 profile=private         | {interfaces.eth0.profile=private}
            interface=eth0 prof=priv               | {interfaces.eth0.profile=private}
            interface=eth0 profile=pu mpp=dis      | {interfaces.eth0.mpp=disabled, interfaces.eth0.profile=public}
            interface=198.18.0.0/24 profile=default| {interfaces.198.18.0.0/24.profile=default}
            interface=fd00::1 mpp=disabled         | {interfaces.fd00::1.mpp=disabled}
            interface=eth0 profile=private profiles=disabled | {interfaces.eth0.profile=private, profiles=disabled}
            interface=eth0 mpp=dis profiles=disabled | {interfaces.eth0.mpp=disabled, profiles=disabled}
            """)
    void tagsAndValuesAreUnderstood(String line, String set) {
        assertThat(change(line).set()).hasToString(set);
        assertThat(change(line).ports()).isEmpty();
        assertThat(change(line).store()).isEqualTo(Store.PERSISTENT);
    }

    @ParameterizedTest(name = "S17: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            startport=5000 numberofports=10 mpp=disabled | port-exemptions     | 5000  | 5009  | disabled
            numberofports=10 mpp=enable startport=5000   | port-exemptions     | 5000  | 5009  | enabled
            disabled 5000 10                             | port-exemptions     | 5000  | 5009  | disabled
            startport=5000 disabled 10                   | port-exemptions     | 5000  | 5009  | disabled
            mpp=default 0 1                              | port-exemptions     | 0     | 0     | default
            dis 65535 1                                  | port-exemptions     | 65535 | 65535 | disabled
            dis 0 65536                                  | port-exemptions     | 0     | 65535 | disabled
            dis 00022 01                                 | port-exemptions     | 22    | 22    | disabled
            start=5000 num=10 mpp=dis family=ipv4        | ipv4.excluded-ports | 5000  | 5009  | disabled
            port=5000-5009 mpp=dis family=ipv6           | ipv6.excluded-ports | 5000  | 5009  | disabled
            port=22 mpp=disabled                         | port-exemptions     | 22    | 22    | disabled
            port = 65535 mpp=disabled                    | port-exemptions     | 65535 | 65535 | disabled
            """)
    void withARangeMppIsAboutTheRange(String line, String list, int first, int last, String mpp) {
        SecurityChange change = change(line);
        assertThat(change.set()).isEmpty();
        assertThat(change.ports()).containsExactly(new SecurityChange.Ports(list, new PortRange(first, last), mpp));
    }

    @Test
    void s17_valuesWithoutTagsGoInTheOrderOfNetsh() {
        SecurityChange change = change("disabled 5000 10 enabled active");
        assertThat(change.store()).isEqualTo(Store.ACTIVE);
        assertThat(change.set()).isEqualTo(Map.of("profiles", "enabled"));
        assertThat(change.ports())
                .containsExactly(new SecurityChange.Ports("port-exemptions", new PortRange(5000, 5009), "disabled"));
    }

    @ParameterizedTest
    @CsvSource({"store=active,ACTIVE", "store=persistent,PERSISTENT", "store=a,ACTIVE", "sto=P,PERSISTENT"})
    void theStoreIsNamed(String store, Store expected) {
        assertThat(change("mpp=enabled " + store).store()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mpp=maybe      | mpp: maybe (expected: enabled, disabled or default)
            mpp=disbaled   | mpp: disbaled (expected: enabled, disabled or default; the nearest is disabled)
            mpp=d          | mpp: d (expected: enabled, disabled or default; d is short for disabled as well as default)
            mpp=           | mpp: no value (expected: enabled, disabled or default)
            mpp-dry-run=d  | mpp-dry-run: d (expected: enabled, disabled or default; d is short for disabled as well as default)
            mppdryrum=en   | mppdryrum=en (expected: one of the tags mpp, startport, numberofports, profiles, store, port, profile, family, interface, ratelimit or mpp-dry-run; the nearest is mpp-dry-run)
            mpp-dry-run=en mppdry=dis | mpp-dry-run: given again, as mppdry=dis (expected: mpp-dry-run= once)
            mpp=enabledd   | mpp: enabledd (expected: enabled, disabled or default; the nearest is enabled)
            mpp=e=f        | mpp: e=f (expected: enabled, disabled or default)
            mpp=enabled mpp=disabled | mpp: given again, as mpp=disabled (expected: mpp= once)
            st=active mpp=enabled | st=active (expected: a tag that can be only one; st is short for startport as well as store)
            family=ipv4    | family: nothing to set for it (expected: mpp= or a range of ports beside family=)
            family=ipv mpp=dis | family: ipv (expected: ipv4 or ipv6; ipv is short for ipv4 as well as ipv6)
            interface=eth0 | interface: nothing to set for it (expected: mpp= or profile= beside interface=)
            interface=a/b mpp=dis | interface: a/b (expected: an interface's name, address or CIDR, as eth0, 198.18.0.1 or 198.18.0.0/24)
            profile=public | profiles: public (expected: enabled, disabled or default; for the profile of an interface add interface=)
            profiles=enabled profile=disabled | profiles: given again, as profile= (expected: profiles= once; profile= beside interface=)
            role=client    | role: client (expected: security.role in the configuration file; it can't be set from here)
            store=activ3 mpp=enabled | store: activ3 (expected: active or persistent; the nearest is active)
            port=9-5 mpp=dis | port: 9-5 (expected: a port or a range, as 22 or 5000-5009, the lower port first, in 0-65535)
            port=1-65536 mpp=dis | port: 1-65536 (expected: a port or a range, as 22 or 5000-5009, the lower port first, in 0-65535)
            port=5 startport=5 numberofports=1 mpp=dis | port: beside startport or numberofports (expected: one of the two ways to name a range)
            startport=5 mpp=dis | numberofports: missing (expected: numberofports= beside startport=; 1 for a single port)
            numberofports=5 mpp=dis | startport: missing (expected: startport= beside numberofports=, 0-65535)
            startport=5000 numberofports=10 | mpp: missing (expected: mpp=disabled to exempt 5000-5009, mpp=enabled or mpp=default to cover them)
            startport=65535 numberofports=2 mpp=dis | numberofports: 2 (expected: how many ports, up to port 65535 at most, a whole number, 1-1)
            """)
    void aMistakeSaysWhatIsExpected(String line, String mistake) {
        assertThat(mistakes(line)).containsExactly(mistake);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "", "0x10", "5e3", "99999999999999999999", "five", "+5", "5000.0", "٥", "-"})
    void aPortThatIsNoneIsRefused(String port) {
        assertThat(mistakes("startport=" + port + " numberofports=1 mpp=disabled"))
                .singleElement()
                .asString()
                .startsWith("startport: ")
                .contains("a whole number, 0-65535");
        assertThat(mistakes("port=" + port + " mpp=disabled"))
                .singleElement()
                .asString()
                .startsWith("port: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "65537", "0x1", "99999999999999999999", "ten"})
    void aNumberOfPortsThatIsNoneIsRefused(String count) {
        assertThat(mistakes("startport=0 numberofports=" + count + " mpp=disabled"))
                .singleElement()
                .asString()
                .startsWith("numberofports: ")
                .contains("1-65536");
    }

    @Test
    void everyMistakeOfALineIsTold() {
        assertThat(
                        mistakes(
                                "mpp=maybe startport=70000 numberofports=0 prfiles=disabled store=x interface=eth0 role=server"))
                .hasSize(7)
                .anyMatch(each -> each.startsWith("mpp: maybe"))
                .anyMatch(each -> each.startsWith("startport: 70000"))
                .anyMatch(each -> each.startsWith("numberofports: 0"))
                .anyMatch(each -> each.startsWith("prfiles=disabled") && each.contains("the nearest is profiles"))
                .anyMatch(each -> each.startsWith("store: x"))
                .anyMatch(each -> each.startsWith("interface: with a range of ports"))
                .anyMatch(each -> each.startsWith("role: server"));
    }

    @Test
    void aValueInTheWrongPlaceSaysWhichPlaceItTook() {
        assertThat(mistakes("enabled disabled"))
                .contains(
                        "startport: disabled (expected: the first port, a whole number, 0-65535; without a tag disabled"
                                + " stands in the place of startport=)");
    }

    @Test
    void aValueTooManyHasNoPlace() {
        assertThat(mistakes("disabled 5000 10 enabled active more"))
                .containsExactly("more (expected: values without a tag only as mpp, startport, numberofports, profiles,"
                        + " store; that place is taken)");
    }

    @Test
    void nothingToSetIsAMistake() {
        assertThat(mistakes("")).singleElement().asString().startsWith("nothing to set (expected: mpp=, ");
        assertThat(mistakes("store=active")).singleElement().asString().startsWith("nothing to set (expected: mpp=, ");
    }

    @Test
    void s7_interfaceAndRangeDoNotGoTogether() {
        assertThat(mistakes("interface=eth0 startport=1 numberofports=1 mpp=disabled"))
                .containsExactly(
                        "interface: with a range of ports (expected: no interface=; an exemption holds on every interface"
                                + " (S9))");
    }

    @Test
    void whatIsShownOfALineIsHarmlessAndShort() {
        assertThat(mistakes("mpp=\u001b[31m" + "x".repeat(500)))
                .singleElement()
                .asString()
                .doesNotContain("\u001b")
                .hasSizeLessThan(200);
    }
}
