package dev.spillway.server.netsh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreambleTest {
    static final Map<String, List<String>> COMMANDS = commands();

    private static Map<String, List<String>> commands() {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("run", List.of());
        commands.put("check", List.of());
        commands.put("show", List.of("security", "events", "listeners"));
        commands.put("set", List.of("security"));
        commands.put("reset", List.of());
        commands.put("import-registry", List.of());
        commands.put("reload", List.of());
        return commands;
    }

    @ParameterizedTest(name = "S17: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            show security                               | show security
            sh sec                                      | show security
            SHOW SECURITY store=active                  | show security store=active
            int tcp show security                       | show security
            interface tcp set security mpp=disabled     | set security mpp=disabled
            netsh int tcp set sec mpp=enable            | set security mpp=enable
            NETSH INTERFACE TCP RESET                   | reset
            netsh.exe int tcp res                       | reset
            netsh int tcp r                             | reset
            netsh set security mpp=disabled             | set security mpp=disabled
            inter tc sh s                               | show security
            se s disabled                               | set security disabled
            show ev --json                              | show events --json
            show --help                                 | show --help
            set security ?                              | set security --help
            netsh int tcp set security /?               | set security --help
            int tcp show ?                              | show --help
            reset --dry-run                             | reset --dry-run
            RESET --dry-run                             | reset --dry-run
            run -c int                                  | run -c int
            check -c x                                  | check -c x
            chekc                                       | chekc
            import-registry int tcp                     | import-registry int tcp
            --help                                      | --help
            """)
    void theLineOfARunbookBecomesOurs(String typed, String ours) {
        assertThat(Preamble.strip(List.of(typed.split(" +")), COMMANDS))
                .isEqualTo(new Reading.Understood<>(List.of(ours.split(" "))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            s                     | command s (expected: run, check, show, set, reset, import-registry or reload; s is short for show as well as set)
            re                    | command re (expected: run, check, show, set, reset, import-registry or reload; re is short for reset as well as reload)
            int tcp s             | command s (expected: set, show or reset; s is short for set as well as show)
            int tcp dump          | command dump (expected: set, show or reset)
            int tcp shwo security | command shwo (expected: set, show or reset; the nearest is show)
            int tcp               | no command (expected: set, show or reset)
            netsh                 | no command (expected: set, show or reset)
            int ipv4 set          | interface ipv4 (expected: interface tcp; nothing else of it is known here)
            int t set             | interface t (expected: interface tcp; nothing else of it is known here)
            int                   | interface: nothing after it (expected: interface tcp; nothing else of it is known here)
            show globl            | show globl (expected: show security, events or listeners)
            set securty           | set securty (expected: set security)
            set mpp=disabled      | set mpp=disabled (expected: set security)
            """)
    void whatIsNotClearIsRefused(String typed, String mistake) {
        Reading<List<String>> reading = Preamble.strip(List.of(typed.split(" ")), COMMANDS);
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        assertThat(((Reading.Refused<List<String>>) reading).mistakes())
                .singleElement()
                .hasToString(mistake);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eth0",
                "wg-peer1",
                "br_0",
                "eth0.100",
                "198.18.0.1",
                "0.0.0.0/0",
                "198.18.0.0/24",
                "::1",
                "fe80::1",
                "fd00::/8",
                "::/0",
                "::ffff:198.18.0.1",
                "2001:db8::1/128",
                "lo",
                "5"
            })
    void aSelectorHasOneOfThreeForms(String text) {
        assertThat(Selector.fits(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a/b",
                "198.18.0.256",
                "198.18.0",
                "198.18.0.0/33",
                "::/129",
                "1:2",
                "fe80::1::2",
                "eth0/24",
                "averylonginterfacename",
                "eth 0",
                "198.18.0.0/",
                "198.18.0.0/-1",
                "198.18.0.0/999999999999",
                "..",
                "e\u0000th",
                "[::1]",
                "example.com:80"
            })
    void anythingElseIsNoSelector(String text) {
        assertThat(Selector.fits(text)).isFalse();
    }
}
