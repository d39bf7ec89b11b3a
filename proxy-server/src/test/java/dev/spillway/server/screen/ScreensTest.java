package dev.spillway.server.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.client.Json;
import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScreensTest {
    private static Node node(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    private static final String SECURITY = """
            {"generation":17,"store":"active","role":"server","mpp":"default","mppEffective":"enabled",
             "profiles":"disabled","profilesEffective":"disabled",
             "settings":[
              {"key":"mpp","asked":"default","effective":"enabled","origin":{"kind":"default","store":"none"},"overridden":[]},
              {"key":"profiles","asked":"disabled","effective":"disabled",
               "origin":{"kind":"command","store":"active","who":"127.0.0.1","at":"2026-11-21T03:00:00.621935235Z"},
               "overridden":[{"asked":"enabled","origin":{"kind":"file","store":"file","place":"spillway.conf:12"}}]},
              {"key":"connection-rate-limit.enabled","asked":"default","effective":"disabled","origin":{"kind":"default"}},
              {"key":"role","asked":"server","effective":"server","origin":{"kind":"file","place":"spillway.conf:3"}},
              {"key":"connection-rate-limit.per-listener.half-open","asked":"0","effective":"0","origin":{"kind":"default"}},
              {"key":"ipv4.mpp","asked":"enabled","effective":"disabled","origin":{"kind":"registry-import","store":"persistent"}},
              {"key":"interfaces.eth0.profile","asked":"private","effective":"private","origin":{"kind":"file","place":"spillway.conf:9"}}],
             "ports":[
              {"list":"port-exemptions","first":22,"last":22,"count":1,"parts":[
               {"first":22,"last":22,"asked":"22","origin":{"kind":"file","place":"spillway.conf:14"}}]},
              {"list":"ipv6.excluded-ports","first":5000,"last":5014,"count":15,"parts":[
               {"first":5000,"last":5009,"asked":"5000-5009","origin":{"kind":"command","store":"persistent"}},
               {"first":5005,"last":5009,"asked":"5005-5014","origin":{"kind":"api","store":"active","who":"token alice"}}]}],
             "portsTakenAway":[{"list":"port-exemptions","first":80,"last":81,"origin":{"kind":"command","store":"active"},
               "overridden":{"kind":"file","place":"spillway.conf:14"}}],
             "interfaces":[{"name":"eth0","address":"198.18.0.1","family":"ipv4","profile":"private",
               "found":"interfaces.eth0.profile (spillway.conf:9)","mpp":"enabled"}],
             "listeners":[{"name":"web","bound":"[::]:8080","gate":"accept-pause","verdicts":[
               {"local":"198.18.0.1","interfaceName":"eth0","family":"ipv4","profile":"private","standing":"private-profile","eligible":false},
               {"local":"198.18.1.1","interfaceName":"eth1","family":"ipv4","profile":"public","standing":"eligible","eligible":true}]},
              {"name":"idle","bound":"127.0.0.1:1","gate":"none","verdicts":[]}],
             "persistence":{"path":"/etc/spillway/spillway.settings.json","state":"damaged","problem":"not JSON"}}""";

    @Test
    void s3_theGateInUseIsSaidAndWhatItDoesWhileItDoes() {
        String open = """
                {"synGate":{"kind":"accept-pause","reason":"taken by syn-gate.kind = auto; no kernel-filter: the kernel asks for CAP_NET_ADMIN",
                 "dropRate":0.0,"programs":0,"prefixes":0,"prefixesLetIn":0,"dropped":0,"openings":0,"failures":0}}""";
        String shut = """
                {"synGate":{"kind":"kernel-filter","reason":"asked for by syn-gate.kind","dropRate":0.75,"programs":4,
                 "prefixes":1000,"prefixesLetIn":7,"dropped":123456,"openings":1,"failures":2}}""";

        assertThat(SecurityScreen.lines(node(open)))
                .contains(
                        "SYN Gate                          : accept-pause            taken by syn-gate.kind = auto; no kernel-filter: the kernel asks for CAP_NET_ADMIN")
                .noneMatch(line -> line.contains("Keeps Out") || line.contains("Watchdog"));
        assertThat(SecurityScreen.lines(node(shut)))
                .contains(
                        "  Keeps Out Now                   : 0.75                    and 1000 source prefixes wholly; 4 sockets have a program",
                        "  Prefixes Without Room           : 7                       let in: a program has 4096 instructions",
                        "  SYNs Dropped                    : 123456                  so far, those sent again included",
                        "  Opened by Watchdog              : 1                       times, for the controller was not heard of",
                        "  Programs Refused                : 2                       by the kernel; the accept gate acts there");
    }

    @Test
    void s14_s17_theScreenHasTheShapeOfTheOriginalAndSaysMore() {
        assertThat(text(SecurityScreen.lines(node(SECURITY)))).isEqualTo("""
                TCP Security Parameters
                ----------------------------------------------
                Memory Pressure Protection        : enabled (default)          default
                Profiles                          : disabled                   command, active, 127.0.0.1, 2026-11-21T03:00:00Z
                                                                               in place of enabled (spillway.conf:12)
                Connection Rate Limit             : disabled (default)         default
                Role                              : server                     spillway.conf:3
                MPP for IPv4                      : disabled (asked: enabled)  registry import, persistent
                interfaces.eth0.profile           : private                    spillway.conf:9
                Generation                        : 17
                Settings kept in                  : /etc/spillway/spillway.settings.json, damaged
                                                    problem: not JSON

                Start Port    Number of Ports    MPP         For           Origin
                22            1                  disabled    IPv4, IPv6    spillway.conf:14
                5000          15                 disabled    IPv6          2 parts
                                                                             5000-5009: command, persistent
                                                                             5005-5009: part of 5005-5014, api, active, token alice
                80            2                  enabled     IPv4, IPv6    command, active, in place of disabled (spillway.conf:14)

                Interface    Address       Family    Profile    MPP        Profile found by
                eth0         198.18.0.1    IPv4      private    enabled    interfaces.eth0.profile (spillway.conf:9)

                Listener    Bound          Gate            Local Address              Profile    Verdict
                web         [::]:8080      accept-pause    198.18.0.1 (eth0), IPv4    private    private-profile
                                                           198.18.1.1 (eth1), IPv4    public     eligible
                idle        127.0.0.1:1    none            -                          -          -
                """);
    }

    @Test
    void aDryRunIsToldBeforeAnythingElse() {
        List<String> lines = SecurityScreen.lines(node("{\"dryRun\":true,\"settings\":[{\"key\":\"mpp-dry-run\","
                + "\"asked\":\"enabled\",\"effective\":\"enabled\",\"origin\":{\"kind\":\"api\"}}]}"));
        assertThat(lines.get(2)).isEqualTo("DRY RUN: MPP records whom it would close or refuse, and touches nobody");
        assertThat(lines).contains("MPP Dry Run                       : enabled                 api");
        assertThat(SecurityScreen.lines(node("{\"dryRun\":false}"))).noneMatch(line -> line.contains("DRY RUN"));
    }

    @Test
    void aLongKeyKeepsItsColumn() {
        assertThat(SecurityScreen.lines(node("{\"settings\":[{\"key\":\"mpp\",\"asked\":\"enabled\"},"
                        + "{\"key\":\"interfaces.fe80:1234:5678:9abc::/64.profile\",\"asked\":\"private\","
                        + "\"origin\":{\"kind\":\"api\"}}]}")))
                .contains("Memory Pressure Protection                  : enabled                 unknown")
                .contains("interfaces.fe80:1234:5678:9abc::/64.profile : private                 api");
    }

    private static String rateLimit(String effective, String rate) {
        return "{\"settings\":[{\"key\":\"connection-rate-limit.enabled\",\"asked\":\"default\",\"effective\":\""
                + effective + "\",\"origin\":{\"kind\":\"default\"}},"
                + "{\"key\":\"connection-rate-limit.per-source.rate\",\"asked\":\"" + rate + "\","
                + "\"origin\":{\"kind\":\"reset\"}},"
                + "{\"key\":\"connection-rate-limit.per-source.half-open\",\"asked\":\"0\","
                + "\"origin\":{\"kind\":\"default\"}}]}";
    }

    @Test
    void s16_theLimitsOfARateLimitThatIsOffAreShownIfTheyAreSet() {
        assertThat(SecurityScreen.lines(node(rateLimit("disabled", "0"))))
                .noneMatch(line -> line.contains("per Source"));
        assertThat(SecurityScreen.lines(node(rateLimit("disabled", "20"))))
                .contains("  New a Second per Source         : 20                      reset")
                .noneMatch(line -> line.contains("Half-Open"));
    }

    @Test
    void s16_theLimitsOfARateLimitThatIsOnAreAllShown() {
        assertThat(SecurityScreen.lines(node(rateLimit("enabled", "20"))))
                .contains(
                        "  New a Second per Source         : 20                      reset",
                        "  Half-Open per Source            : 0                       default");
    }

    @Test
    void theStoreThatSurvivesARestartIsSaidToBeShown() {
        assertThat(SecurityScreen.lines(
                        node("{\"store\":\"persistent\",\"mpp\":\"default\",\"mppEffective\":\"enabled\"}")))
                .startsWith("TCP Security Parameters (persistent: after a restart)")
                .contains("Memory Pressure Protection        : enabled (default)")
                .anyMatch(line -> line.endsWith("no port is exempt"));
    }

    @Test
    void aChangeShowsOldAndNew() {
        Node body = node("{\"generation\":18,\"changes\":[{\"key\":\"mpp\",\"old\":\"default\",\"new\":\"disabled\"},"
                + "{\"key\":\"port-exemptions\",\"old\":null,\"new\":\"5000-5009\"}],\"notes\":[\"n\"]}");
        assertThat(text(ChangesScreen.lines(body, 17, "store=active"))).isEqualTo("""
                mpp              default -> disabled
                port-exemptions  - -> 5000-5009
                generation 17 -> 18, store=active
                note: n
                """);
    }

    @Test
    void s15_aDryRunSaysThatItIsOne() {
        Node body =
                node("{\"generation\":17,\"dryRun\":true,\"changes\":[{\"key\":\"mpp\",\"old\":\"a\",\"new\":\"b\"}]}");
        assertThat(text(ChangesScreen.lines(body, 17, "store=active"))).isEqualTo("""
                dry run: nothing was changed; this is what would be
                mpp  a -> b
                """);
    }

    @Test
    void s23_anEventIsShownWithItsFullText() {
        Node body = node(
                "{\"lastSequence\":9,\"missed\":3,\"events\":[{\"sequence\":9,\"time\":\"2026-11-21T03:00:00.686051156Z\","
                        + "\"id\":4229,\"name\":\"episode-started\",\"severity\":\"warning\",\"message\":\"Full text.\"}]}");
        assertThat(text(EventsScreen.lines(body))).isEqualTo("""
                Number    Time                    Event    Severity    Name               Message
                9         2026-11-21T03:00:00Z    4229     warning     episode-started    Full text.
                (3 that were asked for are no longer kept)
                """);
        assertThat(EventsScreen.lines(node("{\"lastSequence\":9,\"missed\":0,\"events\":[]}")))
                .containsExactly("no events", "(the newest event is number 9)");
    }

    @Test
    void listenersShowRefusalsByReason() {
        Node body =
                node("{\"listeners\":[{\"name\":\"web\",\"bound\":\"*:80\",\"upstream\":\"b\",\"profile\":\"public\","
                        + "\"standing\":\"eligible\",\"accepting\":true,\"active\":2,\"accepted\":9,"
                        + "\"refused\":{\"limit\":0,\"pressure\":4}}]}");
        assertThat(ListenersScreen.lines(body).get(1))
                .isEqualTo(
                        "web         *:80     b           public     eligible    yes          -        -          2         9           pressure 4");
        assertThat(ListenersScreen.lines(body)).hasSize(2);
    }

    @Test
    void listenersShowTheirQueuesTheKernelsCountersAndWhatIsToBeMended() {
        Node body = node(
                "{\"listeners\":[{\"name\":\"web\",\"queued\":31,\"queueLimit\":8192,\"dropped\":977}],\"kernel\":{"
                        + "\"synCookies\":0,\"unavailable\":null,\"warnings\":[{\"setting\":\"net.ipv4.tcp_syncookies\",\"value\":0,"
                        + "\"problem\":\"off\",\"mend\":\"sysctl -w net.ipv4.tcp_syncookies=1\"}],\"counters\":{\"SyncookiesSent\":5,"
                        + "\"SyncookiesRecv\":4,\"SyncookiesFailed\":3,\"ListenOverflows\":2,\"ListenDrops\":9,\"TCPReqQFullDrop\":7},"
                        + "\"flood\":{\"durationMillis\":61000,\"perSecond\":70,\"peakPerSecond\":900,\"total\":4943,\"listener\":null}}}");
        assertThat(text(ListenersScreen.lines(body))).isEqualTo("""
                Listener    Bound    Upstream    Profile    Verdict    Accepting    Queue      Dropped    Active    Accepted    Refused
                web         -        -           -          -          no           31/8192    977        -         -           0

                In this network namespace, since it was made, whoever listens:
                SYN cookies    : off; 5 sent, 4 came back, 3 wrong
                Dropped        : 9 SYNs and ACKs, 2 of them by full accept queues, 7 by full SYN queues
                SYN FLOOD      : for 1m 1s, 70 a second now, 900 at its peak, 4943 so far, no drops at these listeners
                WARNING        : net.ipv4.tcp_syncookies is 0: off
                                 mend it with: sysctl -w net.ipv4.tcp_syncookies=1
                """);
        assertThat(ListenersScreen.lines(
                        node("{\"listeners\":[],\"kernel\":{\"unavailable\":\"no file\",\"counters\":{}}}")))
                .contains("no listeners", "Counters       : not to be had: no file");
    }

    @Test
    void connectionsShowTheVerdictOfTheirAccept() {
        Node body = node(
                "{\"active\":120,\"limit\":1,\"connections\":[{\"id\":1,\"client\":\"127.0.0.2:40001\","
                        + "\"local\":\"127.0.0.1:8080\",\"listener\":\"main\",\"server\":null,\"phase\":\"relaying\","
                        + "\"standing\":\"eligible\",\"generation\":7,\"ageMillis\":61000,\"stalledMillis\":40000,\"costBytes\":134072}]}");
        assertThat(String.join("\n", ConnectionsScreen.lines(body)))
                .contains(
                        "1     127.0.0.2:40001    127.0.0.1:8080    main        -         relaying    eligible    7",
                        "1m 1s",
                        "40.0s",
                        "130.9KiB",
                        "(1 of 120, the costliest)");
    }

    @Test
    void pressureShowsEverySignalAndWhyOneIsMissing() {
        Node body =
                node("{\"reason\":\"ledger at 93 %\",\"episode\":4,\"epoch\":3,\"synDropRate\":0.2,\"killRate\":0.5,"
                        + "\"closed\":7,\"freedBytes\":2048,\"signals\":[{\"signal\":\"ledger\",\"unit\":\"bytes\",\"level\":0.93,"
                        + "\"used\":1048576,\"limit\":2097152,\"low\":0.7,\"reentry\":0.8,\"high\":0.9,\"why\":null},"
                        + "{\"signal\":\"psi\",\"unit\":\"per mille\",\"why\":\"no such file\"}]}");
        assertThat(text(PressureScreen.lines(body))).isEqualTo("""
                Worst signal   : ledger at 93 %
                Episode        : 4, epoch 3
                Rates          : SYN drop 20 %, kill 50 %
                Closed so far  : 7 connections, 2.0KiB freed

                Signal    Level    Low     Re-entry    High    Used      Limit
                ledger    93 %     70 %    80 %        90 %    1.0MiB    2.0MiB
                psi       -        -       -           -       -         -         no such file
                """);
    }

    @Test
    void explainShowsWhichStepDecides() {
        Node body = node(
                "{\"listener\":\"web\",\"local\":\"198.18.0.1\",\"interfaceName\":\"eth0\",\"from\":\"203.0.113.7\",\"generation\":17,"
                        + "\"profile\":\"private\",\"profileFound\":\"eth0, spillway.conf:9\",\"standing\":\"private-profile\","
                        + "\"eligible\":false,\"steps\":[{\"step\":\"mpp-disabled\",\"question\":\"is MPP off?\","
                        + "\"value\":\"enabled (default)\",\"applies\":false,\"decides\":false},{\"step\":\"private-profile\","
                        + "\"question\":\"private?\",\"value\":\"eth0\",\"applies\":true,\"decides\":true},"
                        + "{\"step\":\"domain-profile\",\"value\":\"d\",\"applies\":true,\"decides\":false},"
                        + "{\"step\":\"eligible\",\"value\":\"\",\"applies\":true,\"decides\":false}]}");
        assertThat(text(ExplainScreen.lines(body))).isEqualTo("""
                Listener    : web
                Local       : 198.18.0.1 on eth0
                From        : 203.0.113.7
                Profile     : private (eth0, spillway.conf:9)
                Verdict     : private-profile: never closed, never refused
                Generation  : 17

                     Step               Applies    Because
                1    mpp-disabled       no         enabled (default)
                2    private-profile    decides    eth0
                3    domain-profile     yes        d
                4    eligible           no         -
                """);
    }

    @Test
    void explainSaysThatNothingSparesAnEligibleConnection() {
        Node body = node("{\"steps\":[{\"step\":\"eligible\",\"value\":\"\",\"applies\":true,\"decides\":true}]}");
        assertThat(ExplainScreen.lines(body)).endsWith("1    eligible    decides    nothing above applies");
    }

    static List<Function<Node, List<String>>> screens() {
        return List.of(
                SecurityScreen::lines,
                EventsScreen::lines,
                ListenersScreen::lines,
                ConnectionsScreen::lines,
                PressureScreen::lines,
                ExplainScreen::lines,
                ForecastScreen::lines,
                KillsScreen::lines,
                CloseScreen::lines,
                body -> ChangesScreen.lines(body, 0, ""));
    }

    @ParameterizedTest
    @MethodSource("screens")
    void anAnswerOfAnotherVersionIsShownAsFarAsItGoes(Function<Node, List<String>> screen) {
        for (String body : List.of(
                "{}",
                "{\"settings\":7,\"ports\":[7,{}],\"listeners\":[{}],\"interfaces\":[{}],\"events\":[{}],\"changes\":[{}]}",
                "{\"by\":\"source\",\"sources\":[{\"costliest\":[{}]}],\"victims\":[{}],\"kills\":[{},{\"victim\":7}],"
                        + "\"exempt\":{\"connections\":1},\"sampling\":{\"kernelTold\":1},\"closed\":[1]}",
                "{\"signals\":[{}],\"connections\":[{}],\"steps\":[{}],\"ports\":[{\"parts\":[{},{}]}]}")) {
            assertThat(screen.apply(node(body))).isNotEmpty().doesNotContainNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1,-",
        "0,0",
        "1023,1023",
        "1024,1.0KiB",
        "1536,1.5KiB",
        "1099511627776,1.0TiB",
        "9223372036854775807,8388608.0TiB"
    })
    void bytesAreShownInFewCharacters(long bytes, String shown) {
        assertThat(Amount.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"-1,-", "0,0.0s", "59900,59.9s", "60000,1m 0s", "3599999,59m 59s", "3600000,1h 0m", "90000000,25h 0m"})
    void timesAreShownInFewCharacters(long millis, String shown) {
        assertThat(Amount.millis(millis)).isEqualTo(shown);
    }
}
