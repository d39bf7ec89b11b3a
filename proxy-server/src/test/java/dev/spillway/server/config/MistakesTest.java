package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake has its message: file, line, name, value, expectation. */
class MistakesTest {
    @TempDir
    Path folder;

    Sample sample;

    @BeforeEach
    void write() {
        sample = new Sample(folder);
    }

    @Test
    void aPortOutOfRangeIsNamed() {
        assertThat(sample.problems("""
                        spillway {
                          upstreams.backend { servers = ["127.0.0.1:9000"] }
                          listeners.main { bind = "127.0.0.1:99999", upstream = backend }
                        }
                        """))
                .containsExactly("spillway.conf:3: spillway.listeners.main.bind = \"127.0.0.1:99999\""
                        + " (expected: a port in 0-65535 after the last colon)");
    }

    @Test
    void moreConnectionsThanTheBudgetHasSparesForAreAProblem() {
        assertThat(sample.problemsWith("  memory.budget = 1MiB\n  limits.max-connections = 9000"))
                .containsExactly(
                        "spillway.conf:5: spillway.limits.max-connections = 9000 (expected: at most 8192, for as"
                                + " many the memory budget of 1MiB has a spare buffer each: see memory.budget; 0 takes what fits)");
    }

    @Test
    void everyProblemIsReportedAtOnceByLine() {
        assertThat(sample.problems("""
                        spillway {
                          log.level = loud
                          listeners.main { bind = "nowhere", upstream = backand }
                          relay { idle-timeout = 5 parsecs, min-buffer = 3000 }
                          upstreams.backend { servers = [] }
                          upstreams.other { servers = ["a:1", "b:0"] }
                        }
                        """))
                .containsExactly(
                        "spillway.conf:2: spillway.log.level = \"loud\" (expected: one of error, warn, info, debug, trace)",
                        "spillway.conf:3: spillway.listeners.main.bind = \"nowhere\" (expected: host:port, as"
                                + " \"127.0.0.1:8080\", \"[::1]:8080\", \"name:8080\", or \"*:8080\" for every address)",
                        "spillway.conf:3: spillway.listeners.main.upstream = \"backand\" (expected: the name of a block of"
                                + " spillway.upstreams; the nearest is backend)",
                        "spillway.conf:4: spillway.relay.min-buffer = 3000 (expected: a power of two, 512B to 1MiB, as"
                                + " \"64KiB\")",
                        "spillway.conf:4: spillway.relay.idle-timeout = \"5 parsecs\" (expected: a time of 1ms to 365d with"
                                + " its unit, as \"500ms\", \"10s\" or \"5m\"; 0 means never)",
                        "spillway.conf:5: spillway.upstreams.backend.servers = [] (expected: a list of one server at"
                                + " least, as servers = [\"127.0.0.1:9000\"])",
                        "spillway.conf:6: spillway.upstreams.other.servers[1] = \"b:0\" (expected: a port in 1-65535 after"
                                + " the last colon)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    relay.idle-timeout = 5 parsecs       | spillway.relay.idle-timeout = "5 parsecs" (expected: a time of 1ms to 365d
                    relay.idle-timeout = -5s             | spillway.relay.idle-timeout = "-5s" (expected: a time of 1ms
                    relay.idle-timeout = null            | spillway.relay.idle-timeout = null (expected: a time of 1ms
                    relay.idle-timeout = 999999999999d   | spillway.relay.idle-timeout = "999999999999d" (expected: a time of 1ms
                    relay.first-byte-timeout = 3 parsecs | spillway.relay.first-byte-timeout = "3 parsecs" (expected: a time of 1ms to 365d with its unit, as "500ms", "10s" or "5m"; 0 means that idle-timeout holds)
                    relay.half-close-timeout = [1]       | spillway.relay.half-close-timeout = [1] (expected: a time of 1ms
                    relay.send-buffer = -2k              | spillway.relay.send-buffer = "-2k" (expected: a size of 1B to 1GiB, as "512B", "64KiB" or "1MiB"; 0 leaves it to the kernel)
                    relay.receive-buffer = 9EiB          | spillway.relay.receive-buffer = "9EiB" (expected: a size of 1B to 1GiB
                    relay.notsent-lowat = 3 parsecs      | spillway.relay.notsent-lowat = "3 parsecs" (expected: a size
                    relay.min-buffer = 3KiB              | spillway.relay.min-buffer = "3KiB" (expected: a power of two, 512B to 1MiB
                    relay.max-buffer = 2MiB              | spillway.relay.max-buffer = "2MiB" (expected: a power of two, 512B to 1MiB
                    relay.max-buffer = -64KiB            | spillway.relay.max-buffer = "-64KiB" (expected: a power of two
                    relay.min-buffer = 128KiB            | spillway.relay.min-buffer = "128KiB" (expected: at most max-buffer, which is 32KiB)
                    relay.tcp-no-delay = maybe           | spillway.relay.tcp-no-delay = "maybe" (expected: true or false)
                    relay.keep-alive = 1                 | spillway.relay.keep-alive = 1 (expected: true or false)
                    memory.budget = 1TiB                 | spillway.memory.budget = "1TiB" (expected: relay.max-buffer, which is 32KiB, to 384MiB, three quarters of the 512MiB of direct memory that Netty may use: see -XX:MaxDirectMemorySize; 0 takes half of them)
                    memory.budget = 1KiB                 | spillway.memory.budget = "1KiB" (expected: relay.max-buffer, which is 32KiB, to 384MiB
                    memory.budget = -1                   | spillway.memory.budget = -1 (expected: a size of 1B
                    limits.max-connections = -1          | spillway.limits.max-connections = -1 (expected: a whole number, 0 to 2147483647; 0 takes what descriptors and heap allow)
                    limits.max-connections = 1.5         | spillway.limits.max-connections = 1.5 (expected: a whole number
                    limits.max-connections = 99999999999 | spillway.limits.max-connections = 99999999999 (expected: a whole number
                    limits.exempt-reserve = 1            | spillway.limits.exempt-reserve = 1 (expected: a share, 0 or more and below 1, as 0.1)
                    transport.kind = epol                | spillway.transport.kind = "epol" (expected: one of auto, epoll, io_uring, nio)
                    transport.threads = -1               | spillway.transport.threads = -1 (expected: a whole number, 0 to 1024; 0 takes one for each processor)
                    transport = epoll                    | spillway.transport = "epoll" (expected: a block, as transport { ... })
                    pressure.interval = 0                | spillway.pressure.interval = 0 (expected: a time of 1ms to 10s
                    pressure.interval = 1h               | spillway.pressure.interval = "1h" (expected: a time of 1ms to 10s
                    pressure.epoch = -1ms                | spillway.pressure.epoch = "-1ms" (expected: a time of 1ms to 10s
                    pressure.alert-interval = 101ms      | spillway.pressure.alert-interval = "101ms" (expected: at most interval, which is 100ms)
                    pressure.alert-interval = 0          | spillway.pressure.alert-interval = 0 (expected: a time of 1ms to 10s
                    pressure.restraint = 2               | spillway.pressure.restraint = 2 (expected: true or false)
                    pressure.exempt-budget = -1          | spillway.pressure.exempt-budget = -1 (expected: a size of 1B to 1024TiB
                    pressure.signals.kernel-tcp.limit = 1 | spillway.pressure.signals.kernel-tcp.limit = 1 (expected: a size of 4KiB to 1024TiB
                    pressure.signals.container-tcp.limit = x | spillway.pressure.signals.container-tcp.limit = "x" (expected: a size of 4KiB
                    pressure.signals.injected.file = ""  | spillway.pressure.signals.injected.file = "" (expected: a file, or null for none)
                    pressure.signals.injected.file = "a\\u0000b" | spillway.pressure.signals.injected.file = "a\\u0000b" (expected: a file, or null for none)
                    pressure.signals.stall.high = 0.12   | spillway.pressure.signals.stall.high = 0.12 (expected: 0 < low < reentry <= high <= 1; here low is 0.1, reentry 0.15, high 0.12)
                    pressure.grace = -1s                 | spillway.pressure.grace = "-1s" (expected: a time of 1ms to 1h
                    pressure.signals.heap.low = 2        | spillway.pressure.signals.heap.low = 2 (expected: a share of the signal's limit, 0 to 1, as 0.8)
                    pressure.signals.heap.low = 0.9      | spillway.pressure.signals.heap.low = 0.9 (expected: 0 < low < reentry <= high <= 1; here low is 0.9, reentry 0.88, high 0.92)
                    pressure.signals.ledger.high = 0.75  | spillway.pressure.signals.ledger.high = 0.75 (expected: 0 < low < reentry <= high <= 1; here low is 0.7, reentry 0.8, high 0.75)
                    pressure.signals.direct.low = 0      | spillway.pressure.signals.direct.low = 0 (expected: 0 < low < reentry
                    prune.stall-after = 0                | spillway.prune.stall-after = 0 (expected: a time of 1ms to 1h
                    prune.slow-after = 0                 | spillway.prune.slow-after = 0 (expected: a time of 1ms to 1h
                    prune.slow-after = 249ms             | spillway.prune.slow-after = "249ms" (expected: at least stall-after, which is 250ms
                    prune.max-per-epoch = 0              | spillway.prune.max-per-epoch = 0 (expected: a whole number, 1 to 1000000)
                    prune.source-prefix-v4 = 33          | spillway.prune.source-prefix-v4 = 33 (expected: a whole number, 0 to 32; 0 makes one group of all clients)
                    prune.source-prefix-v6 = 129         | spillway.prune.source-prefix-v6 = 129 (expected: a whole number, 0 to 128
                    syn-gate.refusal = drop              | spillway.syn-gate.refusal = "drop" (expected: one of pause, reset)
                    syn-gate.kind = xdp                  | spillway.syn-gate.kind = "xdp" (expected: one of auto, kernel-filter, sinkhole, accept)
                    security.role = master               | spillway.security.role = "master" (expected: server or client)
                    security.mpp = true                  | spillway.security.mpp = true (expected: enabled, disabled or default)
                    security.mpp-dry-run = on            | spillway.security.mpp-dry-run = "on" (expected: enabled, disabled or default; true and false stand for the first two)
                    security.mpp = on                    | spillway.security.mpp = "on" (expected: enabled, disabled or default)
                    security.profiles = true             | spillway.security.profiles = true (expected: enabled, disabled or default)
                    security.port-exemptions = 22        | spillway.security.port-exemptions = 22 (expected: a list of ports and ranges of ports, as [22, "5000-5009"])
                    security.port-exemptions = [65536]   | spillway.security.port-exemptions[0] = 65536 (expected: ports in 0-65535)
                    security.port-exemptions = [-1]      | spillway.security.port-exemptions[0] = -1 (expected: a port or a range of ports in 0-65535, as 22 or "5000-5009")
                    security.port-exemptions = [1, ssh]  | spillway.security.port-exemptions[1] = "ssh" (expected: a port or a range of ports
                    security.port-exemptions = ["9-5"]   | spillway.security.port-exemptions[0] = "9-5" (expected: the lower port first, "5-9"; this range is reversed)
                    security.port-exemptions = ["5-70000"] | spillway.security.port-exemptions[0] = "5-70000" (expected: ports in 0-65535)
                    drain.deadline = soon                | spillway.drain.deadline = "soon" (expected: a time of 1ms to 1d
                    admin.bind = "0.0.0.0:9901"          | spillway.admin.bind = "0.0.0.0:9901" (expected: a loopback address, as "127.0.0.1:9901", or a token in spillway.admin.token, since others can reach this one)
                    admin.bind = "*:9901"                | spillway.admin.bind = "*:9901" (expected: a loopback address
                    admin.bind = "example.org:9901"      | spillway.admin.bind = "example.org:9901" (expected: a loopback address
                    admin.bind = "[::2]:9901"            | spillway.admin.bind = "[::2]:9901" (expected: a loopback address
                    admin.bind = "127.0.0.1:8080"        | spillway.admin.bind = "127.0.0.1:8080" (expected: an address of its own; listener main at 127.0.0.1:8080 takes it)
                    admin.max-connections = 0            | spillway.admin.max-connections = 0 (expected: a whole number, 1 to 10000)
                    admin.idle-timeout = 0               | spillway.admin.idle-timeout = 0 (expected: a time of 100ms to 1h
                    events.history = 0                   | spillway.events.history = 0 (expected: a whole number, 1 to 100000)
                    events.file.path = ""                | spillway.events.file.path = "" (expected: the name of a file, as "/var/log/spillway/events.jsonl")
                    events.file.path = "/"               | spillway.events.file.path = "/" (expected: the name of a file
                    events.file.path = "a\\u0000b"       | spillway.events.file.path = "a\\u0000b" (expected: the name of a file
                    events.file.path = [a]               | spillway.events.file.path = ["a"] (expected: the name of a file
                    events.file.max-size = 65535         | spillway.events.file.max-size = 65535 (expected: a size of 64KiB to 1TiB
                    events.file.max-size = 2TiB          | spillway.events.file.max-size = "2TiB" (expected: a size of 64KiB to 1TiB
                    events.file.keep = -1                | spillway.events.file.keep = -1 (expected: a whole number, 0 to 100; 0 throws a full file away)
                    events.file.keep = 101               | spillway.events.file.keep = 101 (expected: a whole number, 0 to 100
                    events.file.kept = 1                 | spillway.events.file.kept = 1 is unknown (expected: a known key; the nearest is spillway.events.file.keep)
                    events.file = here                   | spillway.events.file = "here" (expected: a block, as file { ... })
                    log.format = xml                     | spillway.log.format = "xml" (expected: one of text, json)
                    listener-defaults.backlog = 0        | spillway.listener-defaults.backlog = 0 (expected: a whole number, 1 to
                    listener-defaults.profile = domain   | spillway.listener-defaults.profile = "domain" (expected: public, private or default; domain is found by reaching one of security.domain.controllers, not set
                    upstream-defaults.connect-timeout = 0 | spillway.upstream-defaults.connect-timeout = 0 (expected: a time of 1ms to 1h
                    upstreams.backend.resolve-interval = 1 | spillway.upstreams.backend.resolve-interval = 1 (expected: a time of 100ms to 1d
                    upstreams.b { servers = "x:1" }      | spillway.upstreams.b.servers = "x:1" (expected: a list of one server at least, as servers = ["127.0.0.1:9000"])
                    upstreams.b { servers = ["*:1"] }    | spillway.upstreams.b.servers[0] = "*:1" (expected: one server's address, not every address)
                    upstreams.b { servers = ["::1:80"] } | spillway.upstreams.b.servers[0] = "::1:80" (expected: host:port, as
                    upstreams.b { servers = ["300.1.1.1:80"] } | spillway.upstreams.b.servers[0] = "300.1.1.1:80" (expected: a valid IPv4 or IPv6 address or a host name before the port)
                    upstreams.b { servers = ["a..b:80"] } | spillway.upstreams.b.servers[0] = "a..b:80" (expected: a valid IPv4
                    upstreams.b {}                       | spillway.upstreams.b.servers is missing (expected: a list of one server at least
                    upstreams.b = 7                      | spillway.upstreams.b = 7 (expected: a block, as b { ... })
                    upstreams."a b" { servers = ["x:1"] } | spillway.upstreams."a b" is no fit name (expected: 1 to 64 letters, digits, "-", "_" or ".")
                    listeners.b { bind = "*:8080", upstream = backend } | spillway.listeners.b.bind = "*:8080" (expected: an address of its own; listener main at 127.0.0.1:8080 takes it)
                    listeners.b { bind = "localhost:8080", upstream = backend } | spillway.listeners.b.bind = "localhost:8080" (expected: an address of its own; listener main
                    listeners.b { bind = "[::ffff:127.0.0.1]:8080", upstream = backend } | spillway.listeners.b.bind = "[::ffff:127.0.0.1]:8080" (expected: an address of its own
                    listeners.b { upstream = backend }   | spillway.listeners.b.bind is missing (expected: host:port to listen at, as bind = "127.0.0.1:8080")
                    listeners.b { bind = "*:1" }         | spillway.listeners.b.upstream is missing (expected: the name of a block of spillway.upstreams)
                    listeners.b { bind = 8080, upstream = backend } | spillway.listeners.b.bind = 8080 (expected: host:port, as
                    listeners.b { bind = "*:1", upstream = backend, profile = home } | spillway.listeners.b.profile = "home" (expected: one of public, private, default)
                    """)
    void aValueThatDoesNotFitIsNamedWithWhatWasExpected(String line, String message) {
        List<String> problems = sample.problemsWith("  " + line);
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0)).startsWith("spillway.conf:4: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    relay.idle-timout = 1m        | spillway.relay.idle-timout = "1m" is unknown (expected: a known key; the nearest is spillway.relay.idle-timeout)
                    idle-timeout = 1m             | spillway.idle-timeout = "1m" is unknown (expected: a known key; the nearest is spillway.admin.idle-timeout or spillway.relay.idle-timeout)
                    sercurity.mpp = disabled      | spillway.sercurity = {...} is unknown (expected: a known key; the nearest is spillway.security)
                    pressure.signals.heap.limit = 1MiB | spillway.pressure.signals.heap.limit = "1MiB" is unknown
                    pressure.signals.kernel-tpc.low = 1 | spillway.pressure.signals.kernel-tpc = {...} is unknown (expected: a known key; the nearest is spillway.pressure.signals.kernel-tcp)
                    pressure.signals.heep.low = 1 | spillway.pressure.signals.heep = {...} is unknown (expected: a known key; the nearest is spillway.pressure.signals.heap)
                    listeners.main.uptream = x    | spillway.listeners.main.uptream = "x" is unknown (expected: a known key; the nearest is spillway.listeners.main.upstream)
                    upstreams.backend.server = x  | spillway.upstreams.backend.server = "x" is unknown (expected: a known key; the nearest is spillway.upstreams.backend.servers)
                    upstream.x.servers = ["a:1"]  | spillway.upstream = {...} is unknown (expected: a known key; the nearest is spillway.upstreams)
                    admin.tokn = hunter2          | spillway.admin.tokn = *** is unknown (expected: a known key; the nearest is spillway.admin.token)
                    token = hunter2               | spillway.token = *** is unknown (expected: a known key; the nearest is spillway.admin.token)
                    admin.password = hunter2      | spillway.admin.password = *** is unknown
                    """)
    void anUnknownKeyIsAnErrorThatNamesTheNearest(String line, String message) {
        assertThat(sample.problemsWith("  " + line))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("spillway.conf:4: " + message);
    }

    @Test
    void aBlockThatIsMissingAltogetherIsNamed() {
        assertThat(sample.problems("spillway {\n}\n"))
                .containsExactly(
                        "spillway.conf:1: spillway.upstreams is empty (expected: one upstream at least, as"
                                + " upstreams.backend { servers = [\"127.0.0.1:9000\"] })",
                        "spillway.conf:1: spillway.listeners is empty (expected: one listener at least, as listeners.main {"
                                + " bind = \"127.0.0.1:8080\", upstream = backend })");
        assertThat(sample.problems(""))
                .containsExactly(
                        "spillway.conf: spillway is missing (expected: spillway { listeners { ... }, upstreams {"
                                + " ... } })");
    }

    @Test
    void aKeyOutsideOfSpillwayIsAnErrorUnlessItIsAVariable() {
        assertThat(sample.problems(Sample.MINIMAL + "}\nspilway.log.level = debug\n"))
                .containsExactly("spillway.conf:5: spilway = {...} is unknown (expected: a known key; the nearest is"
                        + " spillway)");
        assertThat(sample.settings("port = 99\n" + Sample.MINIMAL + "  admin.bind = \"localhost:\"${port}01\n}\n")
                        .admin()
                        .bind())
                .hasToString("localhost:9901");
    }

    @Test
    void aListenerWithoutAnyUpstreamIsToldSo() {
        assertThat(sample.problems("spillway.listeners.main { bind = \"*:1\", upstream = x }"))
                .contains("spillway.conf:1: spillway.listeners.main.upstream = \"x\" (expected: the name of a block of"
                        + " spillway.upstreams; there is none yet)");
    }

    @Test
    void allSignalsOffIsRefused() {
        String off = Stream.of(Signal.values())
                .map(signal -> "  pressure.signals." + signal.label() + ".enabled = false")
                .collect(Collectors.joining("\n"));
        assertThat(sample.problemsWith(off))
                .containsExactly("spillway.conf:4: spillway.pressure.signals = {...} (expected: one signal enabled at"
                        + " least; security.mpp = disabled switches protection off)");
    }

    @Test
    void aTokenIsNeverPrinted() {
        List<String> problems = sample.problemsWith("  admin { bind = \"*:9901\", token = \"hunter 2\" }");
        assertThat(problems)
                .containsExactly("spillway.conf:4: spillway.admin.token = *** (expected: one or more letters,"
                        + " digits or signs of ASCII without blanks; leave the key out for no token)");
        assertThat(sample.problemsWith("  admin { token = hunter2 : }").toString())
                .contains("syntax error")
                .doesNotContain("hunter2");
        assertThat(sample.problemsWith("  admin { token = { hunter2 = 1 } }").toString())
                .contains("***")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    alice = "hunter 2"            | spillway.admin.tokens.alice = *** (expected: one or more letters, digits or signs of ASCII without blanks; leave the key out for no token)
                    alice = ""                    | spillway.admin.tokens.alice = *** (expected: one or more letters,
                    alice { smith = hunter2 }     | spillway.admin.tokens.alice = *** (expected: one or more letters,
                    alice = [hunter2]             | spillway.admin.tokens.alice = *** (expected: one or more letters,
                    token = hunter2               | spillway.admin.tokens.token = *** (expected: a name of 1 to 64 letters, digits, "-", "_" or ".", other than token)
                    "a b" = hunter2               | spillway.admin.tokens."a b" = *** (expected: a name of
                    alice = hunter2, bob = hunter2 | spillway.admin.tokens.bob = *** (expected: a token of its own; spillway.admin.tokens.alice is the same)
                    alice = hunter3               | spillway.admin.tokens.alice = *** (expected: a token of its own; spillway.admin.token is the same)
                    """)
    void aNamedTokenIsNeverPrintedEither(String tokens, String message) {
        List<String> problems = sample.problemsWith("  admin { token = hunter3, tokens { " + tokens + " } }");
        assertThat(problems).singleElement().asString().contains(message).doesNotContain("hunter");
    }

    @Test
    void tokensThatAreNoBlockAreNotPrinted() {
        for (String tokens : List.of("tokens = hunter2", "tokens = [hunter2]", "tokns { hunter = hunter2 }")) {
            assertThat(sample.problemsWith("  admin { " + tokens + " }"))
                    .singleElement()
                    .asString()
                    .contains("***")
                    .doesNotContain("hunter2");
        }
        assertThat(sample.problemsWith("  admin { tokens { alice = hunter2 : } }")
                        .toString())
                .contains("syntax error")
                .doesNotContain("hunter2");
    }

    @Test
    void aNamedTokenIsAsGoodAsOneElsewhereThanOnLoopbackAndNoneIsNot() {
        assertThat(sample.settingsWith("  admin { bind = \"*:9901\", tokens { alice = hunter2 } }")
                        .admin()
                        .guarded())
                .isTrue();
        for (String none : List.of("{}", "{ alice = null }", "{ alice = ${?NO_SUCH_TOKEN} }")) {
            assertThat(sample.problemsWith("  admin { bind = \"*:9901\", tokens " + none + " }"))
                    .singleElement()
                    .asString()
                    .contains("spillway.admin.bind = \"*:9901\" (expected: a loopback address");
        }
        assertThat(sample.problemsWith("  admin { bind = \"*:9901\", tokens { alice = \"\" } }"))
                .singleElement()
                .asString()
                .contains("tokens.alice");
    }
}
