package dev.spillway.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class WorkloadTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = Backend.start();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    static List<Workload> all() {
        return Workload.all();
    }

    @Test
    void idsAreUnique() {
        assertThat(all()).extracting(Workload::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("all")
    void workIsDoneAndNoConnectionIsLeft(Workload workload) throws Exception {
        assertThat(workload.run(backend.endpoints(), backend, SHORT)).isPositive();
        Awaitility.await().until(() -> backend.openConnections() == 0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aFaultlessRelayPasses(Workload workload) throws Exception {
        try (Relay echo = Relay.start(backend.endpoints().echo(), Relay.Fault.NONE);
                Relay source = Relay.start(backend.endpoints().source(), Relay.Fault.NONE);
                Relay sink = Relay.start(backend.endpoints().sink(), Relay.Fault.NONE)) {
            Endpoints relayed = new Endpoints(echo.address(), source.address(), sink.address());
            assertThat(workload.run(relayed, backend, SHORT)).isPositive();
        }
    }

    @Test
    void aDownloadCountsEveryByteThatWasSent() throws Exception {
        long before = backend.source().sentBytes();
        long received = new Bulk(Bulk.Direction.DOWNLOAD, 4).run(backend.endpoints(), backend, SHORT);
        assertThat(backend.source().sentBytes() - before).isEqualTo(received);
    }

    @ParameterizedTest
    @EnumSource(
            value = Relay.Fault.class,
            names = {"LOSES_A_BYTE", "ADDS_A_BYTE", "HANGS_UP"})
    void aDownloadFindsTheFault(Relay.Fault fault) throws Exception {
        try (Relay source = Relay.start(backend.endpoints().source(), fault)) {
            Endpoints faulty = new Endpoints(address(), source.address(), address());
            assertThatThrownBy(() -> new Bulk(Bulk.Direction.DOWNLOAD, 1).run(faulty, backend, SHORT))
                    .isInstanceOf(LoadFailure.class)
                    .hasMessageContaining(fault == Relay.Fault.HANGS_UP ? "bulk-download-1" : "bytes received");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Relay.Fault.class,
            names = {"LOSES_A_BYTE", "ADDS_A_BYTE", "CHANGES_A_BYTE", "HANGS_UP"})
    void anUploadFindsTheFault(Relay.Fault fault) throws Exception {
        try (Relay sink = Relay.start(backend.endpoints().sink(), fault)) {
            Endpoints faulty = new Endpoints(address(), address(), sink.address());
            assertThatThrownBy(() -> new Bulk(Bulk.Direction.UPLOAD, 1).run(faulty, backend, SHORT))
                    .isInstanceOf(LoadFailure.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Relay.Fault.class,
            names = {"LOSES_A_BYTE", "ADDS_A_BYTE", "HANGS_UP"})
    void bulkBothWaysFindsTheFault(Relay.Fault fault) throws Exception {
        try (Relay source = Relay.start(backend.endpoints().source(), fault)) {
            Endpoints faulty = new Endpoints(address(), source.address(), address());
            assertThatThrownBy(() -> new Bulk(Bulk.Direction.BOTH, 1).run(faulty, backend, SHORT))
                    .isInstanceOf(LoadFailure.class);
        }
    }

    @Test
    void bulkBothWaysCountsBothWays() throws Exception {
        long sent = backend.source().sentBytes();
        long received = backend.source().receivedBytes();
        long moved = new Bulk(Bulk.Direction.BOTH, 2).run(backend.endpoints(), backend, SHORT);
        assertThat(backend.source().sentBytes() - sent).isPositive();
        assertThat(backend.source().receivedBytes() - received).isPositive();
        assertThat(backend.source().sentBytes() - sent + backend.source().receivedBytes() - received)
                .isEqualTo(moved);
    }

    @ParameterizedTest
    @EnumSource(
            value = Relay.Fault.class,
            names = {"ADDS_A_BYTE", "CHANGES_A_BYTE", "HANGS_UP"})
    void exchangesFindTheFault(Relay.Fault fault) throws Exception {
        try (Relay echo = Relay.start(backend.endpoints().echo(), fault)) {
            Endpoints faulty = new Endpoints(echo.address(), address(), address());
            assertThatThrownBy(() -> new Exchanges(64, 2).run(faulty, backend, SHORT))
                    .isInstanceOf(LoadFailure.class);
            assertThatThrownBy(() -> new NewConnections(2).run(faulty, backend, SHORT))
                    .isInstanceOf(LoadFailure.class);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aRefusedConnectionIsAFailureOfTheRun(Workload workload) {
        Endpoints nobody = new Endpoints(address(), address(), address());
        assertThatThrownBy(() -> workload.run(nobody, backend, SHORT)).isInstanceOf(LoadFailure.class);
    }

    @Test
    void aLargeRequestThatNeedsSeveralWritesComesBackWhole() throws Exception {
        assertThat(new Exchanges(8 << 20, 2).run(backend.endpoints(), backend, SHORT))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void anIdleCrowdStandsUntilItIsClosed() throws Exception {
        try (IdleCrowd crowd = new IdleCrowd(backend.endpoints().echo())) {
            crowd.growTo(10);
            crowd.growTo(25);
            assertThat(backend.openConnections()).isEqualTo(25);
        }
        Awaitility.await().until(() -> backend.openConnections() == 0);
    }

    @Test
    void anIdleCrowdSaysWhichConnectionFailed() throws Exception {
        try (Relay echo = Relay.start(backend.endpoints().echo(), Relay.Fault.HANGS_UP);
                IdleCrowd crowd = new IdleCrowd(echo.address())) {
            assertThatThrownBy(() -> crowd.growTo(3))
                    .isInstanceOf(LoadFailure.class)
                    .hasMessageStartingWith("connection 1 of 3 failed");
        }
    }

    /** Nobody listens on the port of tcpmux here, and no test may connect to it by mistake unseen. */
    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }
}
