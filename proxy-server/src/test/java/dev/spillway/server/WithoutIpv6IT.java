package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that can make no IPv6 socket, by the kernel or by a flag of the JVM, and a pool of two servers of which one has an IPv6
 * address: it starts, and every connection goes on to the other one. The last four bytes of that IPv6 address are the IPv4 address of somebody
 * else, who is not to be bothered.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class WithoutIpv6IT {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final Pattern LISTENER = Pattern.compile("listener main at 127\\.0\\.0\\.1:(\\d+) ->");
    private static final int CONNECTIONS = 20;

    /**
     * Has the kernel refuse {@code socket(AF_INET6, ...)} as one without IPv6 does, by a filter for system calls (seccomp(2)), and becomes the
     * command that follows. Perl, for it calls the kernel by numbers and is there wherever dpkg is.
     */
    private static final String REFUSE = """
            use strict;
            my ($prctl, $socket, $machine) = `uname -m` =~ /x86_64/ ? (157, 41, 0xc000003e) : (167, 198, 0xc00000b7);
            my @filter = ([0x20, 0, 0, 4], [0x15, 1, 0, $machine], [0x06, 0, 0, 0x7fff0000],
                [0x20, 0, 0, 0], [0x15, 0, 3, $socket], [0x20, 0, 0, 16], [0x15, 0, 1, 10],
                [0x06, 0, 0, 0x50000 | 97], [0x06, 0, 0, 0x7fff0000]);
            my $code = join '', map { pack 'SCCL', @$_ } @filter;
            my $program = pack 'S x6 P', scalar(@filter), $code;
            syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no new privileges: $!";
            syscall($prctl, 22, 2, $program) == 0 or die "filter: $!";
            exec @ARGV or die "$ARGV[0]: $!";
            """;

    @TempDir
    Path folder;

    private TestServer right;
    private TestServer stranger;

    @BeforeEach
    void listen() throws IOException {
        right = TestServer.echo();
        stranger = TestServer.echo();
    }

    @AfterEach
    void close() throws IOException {
        right.close();
        stranger.close();
    }

    private void configure(TransportKind kind) throws IOException {
        Files.writeString(
                folder.resolve("spillway.conf"), """
                spillway {
                  listeners.main { bind = "127.0.0.1:0", upstream = backend }
                  upstreams.backend {
                    servers = ["[fe80::7f00:1]:%d", "%s"]
                    connect-timeout = 60s
                    retry-down-after = 0s
                  }
                  transport.kind = %s
                  admin.enabled = false
                }
                """.formatted(stranger.port(), right.address(), kind.label()));
    }

    private void assertServes(SpillwayProcess process) throws IOException {
        process.awaitOutput("ready; ");
        Matcher port = LISTENER.matcher(process.out());
        assertThat(port.find()).as("a listener in %s", process).isTrue();
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)))) {
                client.setSoTimeout(30_000);
                client.getOutputStream().write(i);
                assertThat(client.getInputStream().read())
                        .as("connection %d by %s", i, process)
                        .isEqualTo(i);
            }
        }
        assertThat(right.accepted()).isEqualTo(CONNECTIONS);
        assertThat(stranger.accepted()).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whereTheKernelHasNoneConnectionsGoOnToTheNextServer(TransportKind kind) throws Exception {
        configure(kind);
        try (SpillwayProcess process =
                SpillwayProcess.startWith(List.of("perl", "-e", REFUSE), folder, "run", "-c", "spillway.conf")) {
            assertServes(process);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whereTheJvmIsToMakeNoneConnectionsGoOnToTheNextServer(TransportKind kind) throws Exception {
        configure(kind);
        try (SpillwayProcess process = SpillwayProcess.startWith(
                List.of("env", "JDK_JAVA_OPTIONS=-Djava.net.preferIPv4Stack=true"),
                folder,
                "run",
                "-c",
                "spillway.conf")) {
            assertServes(process);
        }
    }
}
