package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HostileCrowdTest {
    private static final LoopbackSources SOURCES = LoopbackSources.detect();
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void everyClientHoldsAConnectionAndNoneReads() throws IOException {
        try (DemoUpstream upstream = upstream();
                HostileCrowd crowd = HostileCrowd.start(plan(upstream.address(), 60, 40, 10_000), SOURCES)) {
            await().until(() -> crowd.counts().connected() == 100 && upstream.connections() == 100);
            assertThat(crowd.counts().reached()).isEqualTo(100);
            assertThat(crowd.counts().connects()).isEqualTo(100);
            crowd.close();
            assertThat(crowd.running()).isFalse();
            await().until(() -> upstream.connections() == 0);
        }
    }

    @Test
    void aResetIsNoticedByBothKindsThoughOneOfThemNeverReads() throws IOException {
        DemoUpstream upstream = upstream();
        try (HostileCrowd crowd = HostileCrowd.start(plan(upstream.address(), 30, 30, 60), SOURCES)) {
            await().until(() -> crowd.counts().connected() == 60 && upstream.connections() == 60);
            upstream.close(); // by RST
            await().until(() -> crowd.counts().connected() == 0);
            assertThat(crowd.counts().reset()).isEqualTo(60);
            assertThat(crowd.counts().ended()).isZero();
        } finally {
            upstream.close();
        }
    }

    @Test
    void connectsThatAreRefusedAreCountedAndBounded() throws IOException {
        DemoUpstream gone = upstream();
        gone.close();
        try (HostileCrowd crowd = HostileCrowd.start(plan(gone.address(), 2, 2, 25), SOURCES)) {
            await().until(() -> crowd.counts().refused() == 25);
            assertThat(crowd.counts().connects()).isZero();
        }
    }

    @Test
    void aClientThatWasResetComesBackUntilTheBoundIsReached() throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(ANY);
            HostileCrowd crowd =
                    HostileCrowd.start(plan((InetSocketAddress) server.getLocalSocketAddress(), 2, 2, 37), SOURCES);
            try (crowd) {
                for (int i = 0; i < 37; i++) {
                    try (Socket socket = server.accept()) {
                        socket.setSoLinger(true, 0);
                    }
                }
                await().until(() -> crowd.counts().reset() == 37);
                server.setSoTimeout(300);
                assertThat(nobodyComes(server)).isTrue();
                assertThat(crowd.counts().connects()).isEqualTo(37);
            }
        }
    }

    @Test
    void eachClientComesFromAnAddressOfItsOwn() throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(ANY);
            Set<InetAddress> seen = new HashSet<>();
            try (HostileCrowd crowd =
                    HostileCrowd.start(plan((InetSocketAddress) server.getLocalSocketAddress(), 10, 10, 20), SOURCES)) {
                for (int i = 0; i < 20; i++) {
                    try (Socket socket = server.accept()) {
                        seen.add(socket.getInetAddress());
                    }
                }
                assertThat(crowd.plan().size()).isEqualTo(20);
            }
            assertThat(seen).hasSize(SOURCES.spread() ? 20 : 1);
        }
    }

    @Test
    void theCrowdEndsByItself() throws IOException {
        try (DemoUpstream upstream = upstream();
                HostileCrowd crowd = HostileCrowd.start(
                        new HostileCrowd.Plan(upstream.address(), 5, 5, 1000, 1000, Duration.ofMillis(200), 1 << 20),
                        SOURCES)) {
            await().until(() -> !crowd.running());
            await().until(() -> upstream.connections() == 0);
            assertThat(crowd.counts().reached()).isEqualTo(10);
        }
    }

    @Test
    void aTargetBeyondLoopbackIsRefused() {
        InetSocketAddress abroad = new InetSocketAddress("198.18.0.1", 80);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(abroad, 1, 1, 1))
                .withMessageContaining("expected: a loopback address");
    }

    @Test
    void sourceAddressesAreDistinctAndWithinLoopback() {
        Set<InetAddress> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            InetAddress address = LoopbackSources.address(i);
            assertThat(address.isLoopbackAddress()).isTrue();
            assertThat(seen.add(address)).as("address " + i + " is new").isTrue();
        }
        assertThat(LoopbackSources.address(LoopbackSources.COUNT)).isEqualTo(LoopbackSources.address(0));
    }

    private static DemoUpstream upstream() throws IOException {
        return DemoUpstream.start(ANY, 1000, Duration.ofSeconds(20), "");
    }

    private static HostileCrowd.Plan plan(InetSocketAddress target, int zeroWindow, int silent, long maxConnects) {
        return new HostileCrowd.Plan(
                target, zeroWindow, silent, 2000, maxConnects, Duration.ofSeconds(20), Answers.MAX_BODY);
    }

    private static boolean nobodyComes(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        }
    }
}
