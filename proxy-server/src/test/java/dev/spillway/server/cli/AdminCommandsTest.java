package dev.spillway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AdminCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private FakeAdmin admin;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        admin = new FakeAdmin();
        environment.put("SPILLWAY_ADMIN", admin.address());
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private int execute(String... arguments) {
        CommandLine commands = CommandTree.of(settings -> 0, environment);
        commands.setOut(new PrintWriter(out));
        commands.setErr(new PrintWriter(err));
        return commands.execute(arguments);
    }

    private int line(String line) {
        return execute(line.split(" +"));
    }

    @ParameterizedTest(name = "S17: {0}")
    @ValueSource(
            strings = {
                "set security startport=5000 numberofports=10 mpp=disabled",
                "netsh int tcp set security mpp=disable num=10 start=5000",
                "INTERFACE TCP SE SEC DIS 5000 10",
                "set security mpp = disabled port = 5000-5009",
            })
    void aLineOfTheOriginalIsSentAsOneChange(String line) {
        assertThat(line(line)).as(err.toString()).isZero();
        assertThat(admin.seen()).hasSize(2);
        assertThat(admin.seen().get(1))
                .isEqualTo(new FakeAdmin.Seen("PATCH", "/api/v1/security", java.util.Optional.of("\"17\""), """
                        {"store":"persistent","origin":"command","set":{},\
                        "ports":[{"list":"port-exemptions","first":5000,"last":5009,"mpp":"disabled"}]}"""));
        assertThat(out).hasToString("""
                mpp  default -> disabled
                generation 17 -> 18, store=persistent
                note: worth a look
                """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void severalSettingsAreOneChange() {
        assertThat(line("set security mpp=default prof=dis interface=eth0 profile=private store=active"))
                .isZero();
        assertThat(admin.changes()).containsExactly("""
                {"store":"active","origin":"command",\
                "set":{"interfaces.eth0.mpp":"default","interfaces.eth0.profile":"private","profiles":"disabled"},\
                "ports":[]}""");
    }

    @Test
    void everyMistakeIsToldAndNothingIsSent() {
        assertThat(line("set security mpp=maybe startport=65536 numberofports=1 stor=x"))
                .isEqualTo(64);
        assertThat(admin.seen()).isEmpty();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .hasSize(4)
                .anyMatch(each -> each.startsWith("spillway set security: startport: 65536 (expected: "))
                .anyMatch(each -> each.startsWith("spillway set security: mpp: maybe (expected: "))
                .anyMatch(each -> each.startsWith("spillway set security: store: x (expected: "))
                .anyMatch("Try \"spillway set security --help\"."::equals);
    }

    @Test
    void aChangeThatWasOvertakenIsTriedAgain() {
        admin.overtakes(3);
        assertThat(line("set security mpp=disabled")).isZero();
        assertThat(admin.changes()).hasSize(4);
        assertThat(out.toString()).contains("generation 20 -> 21, store=persistent");
    }

    @Test
    void aChangeThatIsOvertakenAgainAndAgainIs75() {
        admin.overtakes(100);
        assertThat(line("set security mpp=disabled")).isEqualTo(75);
        assertThat(admin.changes()).hasSize(5);
        assertThat(err.toString()).contains("nothing was changed");
    }

    @Test
    void aChangeMeantForOneGenerationIsNotTriedOnAnother() {
        assertThat(line("set security mpp=disabled --if-generation 16")).isEqualTo(75);
        assertThat(admin.seen()).hasSize(1);
        assertThat(err.toString()).contains("If-Match: stale (expected: 17)");
        assertThat(line("set security mpp=disabled --if-generation 17")).isZero();
        assertThat(line("set security mpp=disabled --if-generation x")).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"problems":[{"error":"mpp: no","expected":"yes"},{"error":"b: c","expected":"d"}]} | 65 | mpp: no (expected: yes)
            413 | {"error":"body: too large","expected":"64 KiB"} | 65 | body: too large (expected: 64 KiB)
            401 | {"error":"Authorization: none","expected":"Bearer"} | 77 | --token-file FILE or in SPILLWAY_TOKEN
            403 | {"error":"Origin: x","expected":"none"} | 77 | Origin: x (expected: none)
            404 | {"error":"path: x","expected":"y"} | 69 | older version
            409 | {"problems":["spillway.conf:12: x = 1 (expected: 2)","spillway.conf:13: y"]} | 78 | 2 problems; nothing was changed
            428 | {"error":"If-Match: none","expected":"one"} | 70 | If-Match: none
            500 | {"error":"fault","expected":"none"} | 70 | fault
            500 | | 70 | HTTP 500
            503 | {"error":"store","expected":"writable"} | 75 | store (expected: writable)
            507 | {"error":"store","expected":"writable"} | 75 | store (expected: writable)
            302 | {} | 70 | HTTP 302
            """)
    void anAnswerIsAnExitCodeAndAReason(int status, String body, int code, String reason) {
        admin.refuses(status, body == null ? "" : body);
        for (String line : List.of("set security mpp=disabled", "reset", "reload")) {
            assertThat(line(line)).as(line).isEqualTo(code);
        }
        assertThat(err.toString()).contains(reason);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void nobodyThereIs69() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("SPILLWAY_ADMIN", "127.0.0.1:" + probe.getLocalPort());
        }
        for (String line :
                List.of("show security", "show events", "set security mpp=disabled", "reset", "reload", "explain")) {
            assertThat(line(line)).as(line).isEqualTo(69);
        }
        assertThat(err.toString()).contains("refused").doesNotContain("whether the change was made", "\tat ");
    }

    @Test
    void aResetSaysWhatItIsToBe() {
        assertThat(line("netsh int tcp reset")).isZero();
        assertThat(line("reset --only mpp,ex --dry-run store=active")).isZero();
        assertThat(line("reset --keep-rate-limit --to-file")).isZero();
        assertThat(admin.changes()).containsExactly("""
                        {"keepRateLimit":false,"dryRun":false,"store":"persistent","toFile":false}""", """
                        {"only":["mpp","exemptions"],"keepRateLimit":false,"dryRun":true,"store":"active","toFile":false}""", """
                        {"keepRateLimit":true,"dryRun":false,"store":"persistent","toFile":true}""");
        assertThat(admin.seen())
                .allMatch(each -> each.method().equals("GET") || each.target().equals("/api/v1/security/reset"));
    }

    @Test
    void aResetTellsAllItsMistakes() {
        assertThat(line("reset --only all --to-file store=active more")).isEqualTo(64);
        assertThat(err.toString()).contains("--only: all", "store: beside --to-file", "more (expected: ");
        assertThat(admin.seen()).isEmpty();
    }

    @Test
    void aReloadNeedsNoPrecondition() {
        admin.refuses(200, """
                {"generation":%d,"changes":[],"atRestart":["memory.budget: 64MiB -> 128MiB"],"warnings":["w"]}""");
        assertThat(line("reload")).isZero();
        assertThat(admin.seen())
                .containsExactly(new FakeAdmin.Seen("POST", "/api/v1/reload", java.util.Optional.empty(), "{}"));
        assertThat(out).hasToString("""
                nothing changes before the next restart
                at the next restart: memory.budget: 64MiB -> 128MiB
                generation 18
                warning: w
                """);
    }

    @Test
    void connectionsAreClosedByTheirIds() {
        admin.refuses(200, "{\"closed\":[7,3],\"unknown\":[],\"pending\":[]}");
        assertThat(line("close 7 3")).isZero();
        assertThat(admin.seen())
                .containsExactly(new FakeAdmin.Seen(
                        "POST", "/api/v1/connections/close", java.util.Optional.empty(), "{\"ids\":[7,3]}"));
        assertThat(out).hasToString("closed: 2 (7, 3)\n");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"closed":[7],"unknown":[3],"pending":[]}  | 65 | closed: 1 (7) | no connections, or ended before: 1 (3)
            {"closed":[],"unknown":[3],"pending":[]}   | 65 | closed: none  | no connections, or ended before: 1 (3)
            {"closed":[7],"unknown":[3],"pending":[8]} | 75 | closed when their event loop comes to them: 1 (8) | is behind
            """)
    void whatCouldNotBeClosedIsAnExitCode(String answer, int code, String told, String complaint) {
        admin.refuses(200, answer);
        assertThat(line("close 7 3 8")).isEqualTo(code);
        assertThat(out.toString()).contains(told);
        assertThat(err.toString()).contains(complaint);
    }

    @Test
    void aLevelIsInjectedAndEnded() {
        admin.refuses(200, "{\"injected\":true}");
        assertThat(line("inject level=97% seconds=10")).isZero();
        assertThat(line("inject 0.5 3600")).isZero();
        assertThat(line("inject --end")).isZero();
        assertThat(admin.seen())
                .extracting(each -> each.method() + " " + each.target() + " " + each.body())
                .containsExactly(
                        "PUT /api/v1/signals/injected {\"level\":0.97,\"seconds\":10}",
                        "PUT /api/v1/signals/injected {\"level\":0.5,\"seconds\":3600}",
                        "DELETE /api/v1/signals/injected {}");
        assertThat(out).hasToString("injected: 0.97 for 10 s\ninjected: 0.5 for 3600 s\ninjected: ended\n");
        admin.refuses(409, "{\"error\":\"signal injected: is not watched\",\"expected\":\"x = true\"}");
        assertThat(line("inject 0.5 10")).isEqualTo(78);
        assertThat(err.toString()).contains("signal injected: is not watched (expected: x = true)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            show security                     | /api/v1/security
            netsh int tcp sh sec store=pers   | /api/v1/security?store=persistent
            show security active              | /api/v1/security?store=active
            show events                       | /api/v1/events
            show events --since 7 --limit 20  | /api/v1/events?since=7&limit=20
            show listeners                    | /api/v1/listeners
            show connections --limit 5        | /api/v1/connections?limit=5
            show pressure                     | /api/v1/pressure
            show connections --by source      | /api/v1/connections?by=source
            show connections --by idle --limit 7 | /api/v1/connections?by=idle&limit=7
            show kills                        | /api/v1/kills
            show kills --limit 20             | /api/v1/kills?limit=20
            explain                           | /api/v1/explain?limit=20
            explain signal=kernel-tcp level=95% | /api/v1/explain?signal=kernel-tcp&level=0.95&limit=20
            explain lev=0.95 sig=led limit=7  | /api/v1/explain?signal=ledger&level=0.95&limit=7
            explain web from=2001:db8::7      | /api/v1/explain?listener=web&from=2001%3Adb8%3A%3A7
            """)
    void aScreenAsksOneQuestion(String line, String target) {
        for (String path : List.of("events", "listeners", "connections", "pressure", "explain", "kills")) {
            admin.answers("/api/v1/" + path, "{\"a\":[]}");
        }
        assertThat(line(line)).as(err.toString()).isZero();
        assertThat(admin.seen()).extracting(FakeAdmin.Seen::target).containsExactly(target);
        assertThat(out.toString()).isNotBlank();
        out.getBuffer().setLength(0);
        assertThat(line(line + " --json")).isZero();
        assertThat(out.toString()).isIn("{\"a\":[]}\n", "{\"generation\":17}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show events --limit 0",
                "show events --limit 1001",
                "show events --since -1",
                "show connections --limit x",
                "show security store=both",
                "explain a b c d",
                "explain web signal=ledger",
                "explain signal=memory",
                "explain level=2",
                "explain limit=0",
                "show connections --by age",
                "show kills --limit 0",
                "close",
                "inject",
                "inject 0.5",
                "inject 1.5 10",
                "inject 0.5 0",
                "inject --end 0.5 10",
                "close 7 all",
                "close --all",
                "show",
                "set",
                "show securty"
            })
    void aWrongQuestionIsNotAsked(String line) {
        assertThat(line(line)).isEqualTo(64);
        assertThat(admin.seen()).isEmpty();
        assertThat(err.toString()).contains("Try \"spillway").doesNotContain("\tat ");
    }

    @Test
    void anAnswerThatIsNoJsonIsNobody() {
        admin.answers("/api/v1/security", "<html>");
        assertThat(line("show security")).isEqualTo(69);
        assertThat(line("set security mpp=disabled")).isEqualTo(69);
        admin.answers("/api/v1/security", "{}");
        assertThat(line("set security mpp=disabled")).isEqualTo(69);
        assertThat(admin.changes()).isEmpty();
    }

    @Test
    void theTokenComesFromAFileOrTheEnvironmentOrTheConfiguration() throws IOException {
        admin.requires("tok-en");
        assertThat(line("show security")).isEqualTo(77);
        assertThat(err.toString()).contains("SPILLWAY_TOKEN");
        environment.put("SPILLWAY_TOKEN", "tok-en");
        assertThat(line("show security")).isZero();
        environment.put("SPILLWAY_TOKEN", "wrong");
        assertThat(line("show security")).isEqualTo(77);
        Path file = Files.writeString(folder.resolve("token"), "tok-en\nmore\n");
        assertThat(execute("show", "security", "--token-file", file.toString())).isZero();
        environment.clear();
        Path config = Files.writeString(
                folder.resolve("spillway.conf"),
                "spillway { admin { bind = \"" + admin.address() + "\", token = tok-en }, unknown = ${NOT_SET_HERE} }");
        assertThat(execute("show", "security", "-c", config.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out + err.toString()).doesNotContain("tok-en", "wrong");
    }

    @Test
    void whatCannotBeReachedIsToldBeforeAnythingIsSent() throws IOException {
        String conf = folder.resolve("x.conf").toString();
        List<List<String>> lines = new ArrayList<>();
        for (String text : List.of(
                "spillway.admin.enabled = false",
                "spillway.admin.bind = \"127.0.0.1:0\"",
                "spillway.admin.bind = nowhere",
                "spillway.admin.bind = ${NOT_SET_HERE}",
                "spillway { admin.token = ${NOT_SET_HERE} }",
                "spillway {")) {
            Files.writeString(Path.of(conf), text);
            assertThat(execute("show", "security", "-c", conf)).as(text).isEqualTo(78);
            lines.add(List.of(text));
        }
        assertThat(execute("show", "security", "-c", conf + ".not")).isEqualTo(78);
        assertThat(execute("show", "security", "--admin", "nowhere")).isEqualTo(64);
        assertThat(execute("show", "security", "--admin", "127.0.0.1:0")).isEqualTo(64);
        assertThat(execute(
                        "show",
                        "security",
                        "--token-file",
                        folder.resolve("not").toString()))
                .isEqualTo(64);
        assertThat(execute("show", "security", "--token-file", folder.toString()))
                .isEqualTo(64);
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        assertThat(execute("show", "security", "--token-file", empty.toString()))
                .isEqualTo(64);
        environment.put("SPILLWAY_TOKEN", "two words");
        assertThat(execute("show", "security")).isEqualTo(64);
        assertThat(err.toString()).doesNotContain("two words", "\tat ");
        assertThat(admin.seen()).isEmpty();
        assertThat(lines).hasSize(6);
    }

    @Test
    void theTokenIsNoArgument() {
        assertThat(Arrays.asList("show", "security", "--token", "x"))
                .satisfies(
                        line -> assertThat(execute(line.toArray(String[]::new))).isEqualTo(64));
        assertThat(err.toString()).contains("--token-file");
    }

    @Test
    void s22_anExportIsTranslatedWithoutAProxy() throws IOException {
        environment.put("SPILLWAY_ADMIN", "127.0.0.1:1");
        assertThat(execute("import-registry", export("\"EnableMPP\"=dword:0\n\"EnableMpp2\"=dword:0\n")))
                .isZero();
        assertThat(out).hasToString("""
                spillway {
                  security {
                    ipv4 {
                      mpp = disabled
                    }
                  }
                }
                """);
        assertThat(err.toString()).contains("tcp.reg:4: \"EnableMpp2\": left out");
    }

    @Test
    void s22_anExportIsAppliedAsOneChange() throws IOException {
        String file = export("\"EnableMPP\"=dword:0\n\"MPPExcludedPorts\"=\"5000-5009\"\n" + ADAPTER);
        assertThat(execute("import-registry", file, "--apply")).isEqualTo(65);
        assertThat(err.toString()).contains("which interface is {ABC} here? (expected: --interface \"{ABC}=eth0\")");
        assertThat(admin.seen()).isEmpty();
        assertThat(execute("import-registry", file, "--apply", "--interface", "abc=eth0"))
                .isZero();
        assertThat(admin.changes()).containsExactly("""
                {"store":"persistent","origin":"registry-import",\
                "set":{"ipv4.mpp":"disabled","interfaces.eth0.ipv4.mpp":"disabled"},\
                "ports":[{"list":"ipv4.excluded-ports","first":5000,"last":5009,"mpp":"disabled"}]}""");
    }

    @Test
    void s22_aWrongExportChangesNothing() throws IOException {
        assertThat(execute(
                        "import-registry", export("\"EnableMPP\"=dword:2\n\"MPPExcludedPorts\"=\"9-8\"\n"), "--apply"))
                .isEqualTo(65);
        assertThat(err.toString()).contains("tcp.reg:3: EnableMPP", "tcp.reg:4: MPPExcludedPorts");
        assertThat(execute("import-registry", export("\"Other\"=dword:2\n"))).isEqualTo(65);
        assertThat(execute("import-registry", folder.resolve("not.reg").toString()))
                .isEqualTo(65);
        assertThat(execute("import-registry", folder.toString())).isEqualTo(65);
        assertThat(execute("import-registry")).isEqualTo(64);
        String file = export(ADAPTER);
        assertThat(execute("import-registry", file, "--interface", "abd=eth0")).isEqualTo(64);
        assertThat(execute("import-registry", file, "--interface", "abc")).isEqualTo(64);
        assertThat(execute("import-registry", file, "--interface", "abc=a/b")).isEqualTo(64);
        assertThat(execute("import-registry", file, "--interface", "abc=a", "--interface", "{ABC}=b"))
                .isEqualTo(64);
        assertThat(out.toString()).isEmpty();
        assertThat(admin.seen()).isEmpty();
    }

    private static final String ADAPTER = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
            + "\\Interfaces\\{abc}]\n\"DisableMPPOnIF\"=dword:1\n";

    private String export(String lines) throws IOException {
        return Files.writeString(
                        folder.resolve("tcp.reg"),
                        "Windows Registry Editor Version 5.00\n"
                                + "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\n"
                                + lines)
                .toString();
    }
}
