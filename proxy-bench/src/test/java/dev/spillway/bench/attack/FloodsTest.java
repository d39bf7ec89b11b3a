package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.contender.Haproxy;
import dev.spillway.bench.contender.Nginx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FloodsTest {
    private static final Tally.Counts ALL = counts(100, 0);

    private static Tally.Counts counts(long done, long failed) {
        return new Tally.Counts(done, failed, 0, new int[] {1000});
    }

    private static ConnFloodTrial.Outcome connects(String contender, double cpu, Tally.Counts newcomers, long grown) {
        return new ConnFloodTrial.Outcome(
                contender,
                new ConnectFlood.Counts(100, 99, 1, 0),
                1,
                ALL,
                newcomers,
                ALL,
                0,
                cpu,
                cpu,
                OptionalLong.of(1000),
                OptionalLong.of(1000 + grown),
                1,
                2);
    }

    private static SilentTrial.Outcome silent(Tally.Counts fresh, long oldDone, long closed) {
        SilentTrial.Phase calm = new SilentTrial.Phase(1, ALL, counts(800, 0), ALL);
        SilentTrial.Phase flood = new SilentTrial.Phase(1, fresh, counts(oldDone, closed), ALL);
        return new SilentTrial.Outcome("spillway", calm, calm, flood, new AttackerCrowd.Counts(1, 1, 0, 0), 1);
    }

    @Test
    void sourcesComeInGroupsAndEachMakesItsConnects() {
        ConnectFlood.Plan plan = new ConnectFlood.Plan(new InetSocketAddress("127.0.0.1", 1), 1000, 20, 3, 5, 100);
        int[] connects = new int[20];
        for (long i = 0; i < plan.connects(); i++) {
            connects[plan.source(i) - 1000]++;
        }
        assertThat(connects).containsOnly(3);
        Set<Integer> firstGroup = new HashSet<>();
        for (int i = 0; i < 15; i++) {
            firstGroup.add(plan.source(i));
        }
        assertThat(firstGroup).containsExactlyInAnyOrder(1000, 1001, 1002, 1003, 1004);
        assertThatThrownBy(() -> new ConnectFlood.Plan(new InetSocketAddress("192.0.2.1", 1), 0, 10, 1, 5, 1))
                .hasMessageContaining("expected: a loopback address");
        assertThatThrownBy(() -> new ConnectFlood.Plan(new InetSocketAddress("127.0.0.1", 1), 0, 10, 1, 3, 1))
                .hasMessage("at a time: 3 (expected: a divisor of 10)");
    }

    @Test
    void aConnectIsRefusedWhenTheOtherSideEndsItAndAdmittedWhenItDoesNot() throws Exception {
        Set<String> sources = ConcurrentHashMap.newKeySet();
        try (ServerSocket server = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"))) {
            Thread refuser = new Thread(() -> refuseHalf(server, sources));
            refuser.setDaemon(true);
            refuser.start();
            try (ConnectFlood flood = ConnectFlood.start(new ConnectFlood.Plan(
                    (InetSocketAddress) server.getLocalSocketAddress(),
                    LoopbackSources.HOSTILE + 50_000,
                    20,
                    5,
                    10,
                    500))) {
                assertThat(flood.await(30_000)).isTrue();
                assertThat(flood.counts()).isEqualTo(new ConnectFlood.Counts(100, 50, 50, 0));
            }
        }
        assertThat(sources).hasSize(20);
    }

    private static void refuseHalf(ServerSocket server, Set<String> sources) {
        try {
            for (int i = 0; true; i++) {
                Socket socket = server.accept();
                sources.add(socket.getInetAddress().getHostAddress());
                if (i % 2 == 0) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            }
        } catch (java.io.IOException closed) {
            return;
        }
    }

    @Test
    void connectsToAClosedPortAreRefusedOnes() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        try (ConnectFlood flood = ConnectFlood.start(
                new ConnectFlood.Plan(new InetSocketAddress("127.0.0.1", port), 60_000, 10, 1, 10, 1000))) {
            assertThat(flood.await(30_000)).isTrue();
            assertThat(flood.counts()).isEqualTo(new ConnectFlood.Counts(10, 10, 0, 0));
        }
    }

    @Test
    void onlyWhoCanLimitTheRateOfASourceTakesPart() throws Exception {
        Path program = Path.of("/bin/true");
        assertThat(ConnFloodTrial.limited(new Nginx(program))).isEmpty();
        assertThat(ConnFloodTrial.limited(new Haproxy(program, Haproxy.Splicing.FORCED)))
                .isEmpty();
        assertThat(ConnFloodTrial.limited(new Haproxy(program, Haproxy.Splicing.NONE))
                        .orElseThrow()
                        .setUp())
                .contains("stick-table type ip", "tcp-request connection reject if { sc0_conn_rate gt 5 }");
    }

    @Test
    void ratiosAreOfTheSameRound() {
        assertThat(FloodReport.ratios(List.of(
                        connects("spillway", 10, ALL, 0),
                        connects("haproxy", 20, ALL, 0),
                        connects("haproxy", 10, ALL, 0),
                        connects("spillway", 30, ALL, 0),
                        connects("spillway", 99, ALL, 0))))
                .containsExactly(0.5, 3.0);
    }

    @Test
    void whatWasNotHeldIsNamedWithItsFigure() {
        assertThat(FloodReport.brokenByConnects(List.of(
                        connects("spillway", 1, counts(99, 1), 1 << 20), connects("haproxy", 1, counts(0, 9), 0))))
                .isEmpty();
        assertThat(FloodReport.brokenByConnects(List.of(connects("spillway", 1, counts(98, 2), (1 << 20) + 1))))
                .containsExactly(
                        "honest newcomers served: 98.0 % (expected: 99.0 or more)",
                        "live heap grew by 1048577 bytes (expected: at most 1048576)");
        assertThat(FloodReport.brokenBySilence(List.of(silent(counts(100, 0), 760, 0))))
                .isEmpty();
        assertThat(FloodReport.brokenBySilence(List.of(silent(counts(90, 10), 700, 2))))
                .containsExactly(
                        "honest new connections through: 95.0 % (expected: 99.0 or more)",
                        "honest goodput kept: 89.0 % (expected: 95.0 or more)",
                        "established honest connections closed: 2 (expected: 0)");
        assertThat(FloodReport.brokenBySilence(List.of(silent(counts(0, 0), 760, 0))))
                .isNotEmpty();
    }
}
