package dev.spillway.server.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class DemoUpstreamTest {
    private static final Duration IDLE = Duration.ofSeconds(20);

    private DemoUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = start(100, IDLE);
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void thePageShowsTheClientAsTheUpstreamSeesIt() throws IOException {
        try (Socket client = connect(upstream)) {
            send(client, "GET / HTTP/1.1\r\nHost: demo\r\nX-Odd: <b>&\"'\r\nConnection: close\r\n\r\n");
            String answer = rest(client);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("127.0.0.1:" + client.getLocalPort())
                    .contains("x-odd", "&lt;b&gt;&amp;&quot;&#39;")
                    .contains("http://127.0.0.1:9901/metrics")
                    .doesNotContain("<b>");
        }
    }

    @Test
    void theSourceGivesExactlyTheBytesAskedFor() throws Exception {
        int count = 3 * Answers.PATTERN_BYTES + 12_345;
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(request("/bytes/" + count).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).hasSize(count);
        for (int i = 0; i < count; i++) {
            if (response.body()[i] != upstream.sourceByte(i)) {
                assertThat(i).as("first wrong byte").isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "65537, false", "3000001, false", "3000001, true"})
    void theSinkAnswersWithTheDigestOfWhatItSwallowed(int length, boolean expectContinue) throws Exception {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        request("/sink")
                                .expectContinue(expectContinue)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        assertThat(response.body()).isEqualTo("%d bytes%nsha256 %s%n".formatted(length, digest));
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (Socket client = connect(upstream)) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                requests.append("GET /echo?n").append(i).append("; HTTP/1.1\r\nHost: d\r\n\r\n");
            }
            requests.append("POST /sink HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
            requests.append("GET /echo?end HTTP/1.1\r\nConnection: close\r\n\r\n");
            send(client, requests.toString());
            String answers = rest(client);
            int from = 0;
            for (int i = 0; i < 300; i++) {
                from = answers.indexOf("\r\n\r\nn" + i + ";HTTP/1.1 200 OK", from);
                assertThat(from).as("answer " + i).isNotNegative();
            }
            assertThat(answers.substring(from)).contains("3 bytes").endsWith("\r\n\r\nend");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | nonsense\\r\\n\\r\\n",
                "400 | GET noslash HTTP/1.1\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nno colon\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\n: no name\\r\\n\\r\\n",
                "400 | GET /\u0001 HTTP/1.1\\r\\n\\r\\n",
                "400 | GET /bytes/-1 HTTP/1.1\\r\\n\\r\\n",
                "400 | GET /bytes/1073741825 HTTP/1.1\\r\\n\\r\\n",
                "400 | GET /bytes/99999999999999999999 HTTP/1.1\\r\\n\\r\\n",
                "400 | POST /sink HTTP/1.1\\r\\nContent-Length: -3\\r\\n\\r\\n",
                "400 | POST /sink HTTP/1.1\\r\\nContent-Length: 3\\r\\nContent-Length: 4\\r\\n\\r\\n",
                "404 | GET /nowhere HTTP/1.1\\r\\n\\r\\n",
                "405 | DELETE / HTTP/1.1\\r\\n\\r\\n",
                "405 | GET /sink HTTP/1.1\\r\\n\\r\\n",
                "411 | POST /sink HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "413 | POST /sink HTTP/1.1\\r\\nContent-Length: 1073741825\\r\\n\\r\\n",
                "413 | POST / HTTP/1.1\\r\\nContent-Length: 5\\r\\n\\r\\nhello",
                "505 | GET / HTTP/3.0\\r\\n\\r\\n",
            })
    void badInputIsAnsweredAndTheConnectionClosed(int status, String request) throws IOException {
        try (Socket client = connect(upstream)) {
            send(client, request.replace("\\r\\n", "\r\n"));
            client.shutdownOutput();
            assertThat(rest(client)).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close");
        }
        await().until(() -> upstream.connections() == 0);
    }

    @Test
    void aHeadThatNeverEndsIsRefusedAtItsBound() throws IOException {
        try (Socket client = connect(upstream)) {
            send(client, "GET / HTTP/1.1\r\nX: " + "x".repeat(RequestHead.MAX_BYTES));
            assertThat(rest(client)).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void randomBytesDoNoHarm() throws IOException {
        Random random = new Random(4229);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(20_000)];
            random.nextBytes(noise);
            try (Socket client = connect(upstream)) {
                client.getOutputStream().write(noise);
            } catch (IOException e) {
                // It may be refused in the middle.
            }
        }
        await().until(() -> upstream.connections() == 0);
        assertThat(echo(upstream, "still-here")).endsWith("\r\n\r\nstill-here");
    }

    @Test
    void peersThatDoNotReadDoNotKeepOthersWaiting() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket client = connect(upstream);
                stalled.add(client);
                send(client, "GET /bytes/1073741824 HTTP/1.1\r\n\r\n");
            }
            assertThat(echo(upstream, "served")).endsWith("\r\n\r\nserved");
            assertThat(upstream.connections()).isGreaterThanOrEqualTo(20);
        } finally {
            for (Socket client : stalled) {
                client.close();
            }
        }
        await().until(() -> upstream.connections() == 0);
    }

    @Test
    void aConnectionWithoutProgressIsClosed() throws IOException {
        try (DemoUpstream hasty = start(10, Duration.ofMillis(300));
                Socket silent = connect(hasty);
                Socket half = connect(hasty)) {
            send(half, "GET / HT");
            assertThat(resetOrEnd(silent)).isTrue();
            assertThat(resetOrEnd(half)).isTrue();
            await().until(() -> hasty.connections() == 0);
        }
    }

    @Test
    void connectionsAboveTheMaximumWaitForTheirTurn() throws IOException {
        try (DemoUpstream small = start(2, IDLE)) {
            Socket first = connect(small);
            Socket second = connect(small);
            await().until(() -> small.connections() == 2);
            try (Socket third = connect(small)) {
                send(third, "GET /echo?third HTTP/1.1\r\nConnection: close\r\n\r\n");
                first.close();
                assertThat(rest(third)).endsWith("\r\n\r\nthird");
            }
            second.close();
            await().until(() -> small.connections() == 0);
        }
    }

    private static DemoUpstream start(int maxConnections, Duration idle) throws IOException {
        return DemoUpstream.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                maxConnections,
                idle,
                "http://127.0.0.1:9901");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + upstream.address().getPort() + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    private static String echo(DemoUpstream upstream, String text) throws IOException {
        try (Socket client = connect(upstream)) {
            send(client, "GET /echo?" + text + " HTTP/1.1\r\nConnection: close\r\n\r\n");
            return rest(client);
        }
    }

    private static Socket connect(DemoUpstream upstream) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(upstream.address(), 5_000);
        return socket;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String rest(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static boolean resetOrEnd(Socket client) {
        try (InputStream in = client.getInputStream()) {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
