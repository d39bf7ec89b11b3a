package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.relay.ClosedConnections;
import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that an administrator closes by their numbers. */
class CloseConnectionsTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Proxy echo(TransportKind kind) throws Exception {
        TestServer server =
                keep(new TestServer(socket -> socket.getInputStream().transferTo(socket.getOutputStream())));
        return keep(Proxy.start(
                Settings.of(kind)
                        .listener("main", "pool")
                        .upstream("pool", server.address())
                        .build(),
                event -> {}));
    }

    private Socket connect(Proxy proxy) throws IOException {
        Socket socket =
                keep(new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort()));
        socket.setSoTimeout(20_000);
        exchange(socket);
        return socket;
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
    }

    private static long idOf(Proxy proxy, Socket client) {
        return proxy.connections(100).stream()
                .filter(view -> view.client().getPort() == client.getLocalPort())
                .mapToLong(view -> view.facts().id())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void thoseThatAreNamedAreResetAndNoOthers(TransportKind kind) throws Exception {
        Proxy proxy = echo(kind);
        Socket first = connect(proxy);
        Socket second = connect(proxy);
        Socket third = connect(proxy);
        long one = idOf(proxy, first);
        long three = idOf(proxy, third);

        ClosedConnections done = proxy.closeConnections(List.of(three, 999_999L, one, three));

        assertThat(done).isEqualTo(new ClosedConnections(List.of(three, one), List.of(999_999L), List.of()));
        assertThatThrownBy(() -> first.getInputStream().read()).hasMessageContaining("reset");
        assertThatThrownBy(() -> third.getInputStream().read()).hasMessageContaining("reset");
        exchange(second);
        assertThat(proxy.relays().active()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(proxy.relays().heldBytes()).isZero());
        assertThat(proxy.relays().closed().get(CloseReason.ADMIN)).isEqualTo(2);
        assertThat(proxy.relays().closed().get(CloseReason.PRUNED)).isZero();
        assertThat(proxy.closeConnections(List.of(one)).unknown()).containsExactly(one);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anAdministratorMayCloseWhatMppMayNot(TransportKind kind) throws Exception {
        TestServer server =
                keep(new TestServer(socket -> socket.getInputStream().transferTo(socket.getOutputStream())));
        Proxy proxy = keep(Proxy.start(
                Settings.of(kind)
                        .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE)
                        .upstream("pool", server.address())
                        .build(),
                event -> {}));
        Socket client = connect(proxy);
        long id = idOf(proxy, client);
        assertThat(proxy.connections(1).get(0).facts().verdict().eligible()).isFalse();

        assertThat(proxy.closeConnections(List.of(id)).closed()).containsExactly(id);

        assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatEndsAtTheSameTimeIsToldOnce(TransportKind kind) throws Exception {
        Proxy proxy = echo(kind);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(connect(proxy));
        }
        List<Long> ids =
                proxy.connections(100).stream().map(view -> view.facts().id()).toList();
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> clients.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException alreadyReset) {
                throw new java.io.UncheckedIOException(alreadyReset);
            }
        }));

        ClosedConnections done = proxy.closeConnections(ids);
        leaving.get();

        assertThat(done.pending()).isEmpty();
        assertThat(LongStream.concat(
                                done.closed().stream().mapToLong(Long::longValue),
                                done.unknown().stream().mapToLong(Long::longValue))
                        .boxed())
                .containsExactlyInAnyOrderElementsOf(ids);
        await().atMost(Duration.ofSeconds(10)).until(() -> proxy.relays().active() == 0);
        assertThat(proxy.relays().closed().get(CloseReason.ADMIN))
                .isEqualTo(done.closed().size());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aProxyThatHasEndedKnowsNone(TransportKind kind) throws Exception {
        Proxy proxy = echo(kind);
        connect(proxy);
        proxy.close();
        assertThat(proxy.closeConnections(List.of(1L)).unknown()).containsExactly(1L);
        assertThat(proxy.closeConnections(List.of())).isEqualTo(new ClosedConnections(List.of(), List.of(), List.of()));
    }
}
