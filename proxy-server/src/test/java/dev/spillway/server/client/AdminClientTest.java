package dev.spillway.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spillway.transport.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminClientTest {
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20));

    private interface Exchange {
        void answer(Socket peer) throws IOException;
    }

    /** What {@code request} is answered with by {@code exchange}; {@code seen} gets what was sent. */
    private static Reply ask(Request request, Patience patience, CompletableFuture<String> seen, Exchange exchange)
            throws IOException, NoAnswer {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (Socket peer = server.accept()) {
                    seen.complete(received(peer.getInputStream()));
                    exchange.answer(peer);
                    peer.shutdownOutput();
                    peer.getInputStream().readAllBytes();
                } catch (IOException failed) {
                    seen.completeExceptionally(failed);
                }
            });
            try {
                return new AdminClient(
                                new HostPort("127.0.0.1", server.getLocalPort()), Optional.of("secret"), patience)
                        .send(request);
            } finally {
                done.join();
            }
        }
    }

    private static Reply ask(String answer) throws IOException, NoAnswer {
        return ask(
                Request.get("/x"),
                PATIENCE,
                new CompletableFuture<>(),
                peer -> peer.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String received(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().contains("\r\n\r\n")) {
            text.append((char) in.read());
        }
        int length = text.indexOf("Content-Length: ");
        if (length >= 0) {
            String digits = text.substring(length + 16, text.indexOf("\r\n", length));
            text.append(new String(in.readNBytes(Integer.parseInt(digits)), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    @Test
    void aChangeIsSentWithTokenPreconditionAndType() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        Reply reply = ask(
                Request.change("PATCH", "/api/v1/security", 17, "{\"ä\":1}"),
                PATIENCE,
                seen,
                peer -> peer.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"18\"\r\n"
                                        + "Content-Length: 2\r\n\r\n{}")
                                .getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(seen.get())
                .startsWith("PATCH /api/v1/security HTTP/1.1\r\nHost: 127.0.0.1:")
                .contains("\r\nAuthorization: Bearer secret\r\n", "\r\nIf-Match: \"17\"\r\n")
                .contains("\r\nContent-Type: application/json\r\nContent-Length: 8\r\n", "\r\nConnection: close\r\n")
                .endsWith("\r\n\r\n{\"ä\":1}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.etag()).contains("\"18\"");
        assertThat(reply.json()).isTrue();
        assertThat(reply.text()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.0 200 OK\r\n\r\nbody",
                "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nbod\r\n1\r\ny\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody and more",
            })
    void everyFormOfABodyIsRead(String answer) throws Exception {
        assertThat(ask(answer).text()).isEqualTo("body");
        assertThat(ask(answer).json()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 20",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nbody\r\n",
            })
    void whatIsNoAnswerIsToldAsOne(String answer) {
        NoAnswer none = catchThrowableOfType(NoAnswer.class, () -> ask(answer));
        assertThat(none.sent()).isTrue();
        assertThat(none).hasMessageMatching("127\\.0\\.0\\.1:[0-9]+: .+");
    }

    @Test
    void aHeadWithoutEndIsNotCollected() {
        assertThatThrownBy(() -> ask("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(101)))
                .isInstanceOf(NoAnswer.class);
        assertThatThrownBy(() -> ask("HTTP/1.1 200 OK\r\na: " + "b".repeat(9000)))
                .isInstanceOf(NoAnswer.class);
    }

    @Test
    void anAnswerThatTricklesInEndsAtTheDeadline() {
        Patience short1 = new Patience(Duration.ofSeconds(5), Duration.ofMillis(300));
        NoAnswer none = catchThrowableOfType(
                NoAnswer.class,
                () -> ask(Request.get("/x"), short1, new CompletableFuture<>(), peer -> {
                    peer.setSoTimeout(20);
                    try {
                        while (true) {
                            peer.getOutputStream().write("H".getBytes(StandardCharsets.ISO_8859_1));
                            waitForEnd(peer);
                        }
                    } catch (IOException theClientIsGone) {
                        // What the test waits for.
                    }
                }));
        assertThat(none.sent()).isTrue();
    }

    /** One tick of the trickle: until the peer closes, or 20 ms. */
    private static void waitForEnd(Socket peer) throws IOException {
        try {
            if (peer.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        } catch (java.net.SocketTimeoutException stillThere) {
            // Goes on.
        }
    }

    @Test
    void nobodyThereIsToldAndNothingWasSent() throws IOException {
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = probe.getLocalPort();
        }
        AdminClient client = new AdminClient(new HostPort("127.0.0.1", free), Optional.empty(), PATIENCE);
        NoAnswer none = catchThrowableOfType(NoAnswer.class, () -> client.send(Request.get("/")));
        assertThat(none.sent()).isFalse();
        assertThat(none).hasMessageContaining("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nHost: x", "", "ü"})
    void aTokenThatNoHeaderCanCarryIsRefusedUnseen(String token) {
        assertThatThrownBy(() -> new AdminClient(new HostPort("::1", 1), Optional.of(token), PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("token: " + token.length() + " characters (expected: ");
    }

    @Test
    void aWildcardStandsForThisMachine() {
        assertThat(new AdminClient(new HostPort("*", 1), Optional.empty(), PATIENCE).admin())
                .hasToString("127.0.0.1:1");
        assertThat(new AdminClient(new HostPort("::", 1), Optional.empty(), PATIENCE).admin())
                .hasToString("[::1]:1");
        assertThatThrownBy(() -> new AdminClient(new HostPort("::", 0), Optional.empty(), PATIENCE))
                .hasMessageContaining("expected: a port in 1-65535");
    }

    @Test
    void theHostIsTheAddressEvenIfANameWasGiven() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                try (Socket peer = server.accept()) {
                    seen.complete(received(peer.getInputStream()));
                    peer.getOutputStream().write("HTTP/1.1 204 No\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException failed) {
                    seen.completeExceptionally(failed);
                }
            });
            new AdminClient(new HostPort("localhost", server.getLocalPort()), Optional.empty(), PATIENCE)
                    .send(Request.get("/"));
            join(done);
        }
        assertThat(seen.get()).containsPattern("\r\nHost: (127\\.0\\.0\\.1|\\[[0:]+1]):[0-9]+\r\n");
    }

    private static void join(CompletableFuture<Void> done) throws InterruptedException, ExecutionException {
        done.orTimeout(30, TimeUnit.SECONDS).get();
    }
}
