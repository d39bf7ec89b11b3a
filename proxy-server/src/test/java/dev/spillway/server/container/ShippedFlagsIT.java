package dev.spillway.server.container;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The flags of {@code docker/entrypoint.sh} with this machine's JVM and what {@code docker/learn.sh} found out about it, in
 * a control group with the least memory that docs/docker.md names: what it takes at rest, and that it does its work with that.
 */
@RequiresMemoryGroups
@Timeout(180)
class ShippedFlagsIT {
    private static final long LIMIT = 128 << 20;
    /** Measured 33 to 35 MiB of its own and 70 to 72 in all on 17 and 25, on two processors; docs/jvm.md. */
    private static final long OWN_AT_REST = 44 << 20;

    private static final long RESIDENT_AT_REST = 80 << 20;

    private static final int CONNECTIONS = 500;
    private static final int NON_READERS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("listener main at 127\\.0\\.0\\.1:(\\d+) ");
    private static final List<String> SCRIPTS = List.of("entrypoint.sh", "healthcheck.sh", "learn.sh");

    /** What {@code /opt/spillway} is in the image. */
    @TempDir
    static Path home;

    @TempDir
    Path folder;

    private final List<Socket> clients = new ArrayList<>();
    private MemoryGroup group;
    private ByteService service;
    private Process process;
    private Path log;

    /** As the image is built. */
    @BeforeAll
    static void learn() throws IOException {
        for (String script : SCRIPTS) {
            Files.copy(Images.root().resolve("docker").resolve(script), home.resolve(script), COPY_ATTRIBUTES);
        }
        Files.copy(Path.of(System.getProperty("spillway.jar")), home.resolve("spillway.jar"), COPY_ATTRIBUTES);
        int admin = freePort();
        Path file = Files.writeString(home.resolve("learn.conf"), configuration(9, admin));
        HostCommand learning = HostCommand.run(
                environment("SPILLWAY_HEALTH_URL", "http://127.0.0.1:" + admin + "/health/live"),
                List.of("sh", home.resolve("learn.sh").toString(), file.toString()));
        assertThat(learning.status()).as(learning.toString()).isZero();
        assertThat(home.resolve("jvm.options")).content().contains(home.resolve("spillway.archive") + " ");
    }

    @BeforeEach
    void start() throws IOException {
        service = ByteService.start();
        group = MemoryGroup.create(LIMIT);
        Path file = Files.writeString(folder.resolve("spillway.conf"), configuration(service.port(), 0));
        log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                group.around(List.of("sh", home.resolve("entrypoint.sh").toString(), "run", "-c", file.toString())));
        builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        // What a container's own /sys/fs/cgroup would tell.
        builder.environment().putAll(environment("SPILLWAY_MEMORY", Long.toString(LIMIT)));
        process = builder.start();
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(log()).isTrue();
            return log().contains("ready;");
        });
    }

    private static String configuration(int service, int admin) {
        return """
                spillway {
                  listeners.main { bind = "127.0.0.1:0", upstream = service }
                  upstreams.service.servers = ["127.0.0.1:%d"]
                  admin.bind = "127.0.0.1:%d"
                }
                """.formatted(service, admin);
    }

    /** With the JVM that runs the tests. */
    private static Map<String, String> environment(String name, String value) {
        String path = System.getProperty("java.home") + "/bin:" + System.getenv("PATH");
        return Map.of("PATH", path, "SPILLWAY_HOME", home.toString(), name, value);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void end() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        group.close();
        service.close();
    }

    /**
     * Seconds after the start, when what it took has gone back. What is not its own are pages of the JVM's files and of the
     * archive: the kernel can drop them, and all containers share them.
     */
    @Test
    void atRestItHasLittleMemory() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(status("RssAnon")).as(log()).isLessThan(OWN_AT_REST);
            assertThat(status("VmRSS")).as(log()).isLessThan(RESIDENT_AT_REST);
        });
    }

    @Test
    void in128MiBItRelaysHundredsOfConnectionsAtATime() throws Exception {
        byte[] message = new byte[4096];
        message[0] = ByteService.ECHO;
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(connect());
        }
        for (int round = 0; round < 20; round++) {
            for (Socket client : clients) {
                client.getOutputStream().write(message);
            }
            for (Socket client : clients) {
                assertThat(client.getInputStream().readNBytes(message.length)).isEqualTo(message);
            }
        }
        assertLives();
    }

    @Test
    void in128MiBPeersThatDoNotReadNeitherEndItNorKeepOthersOut() throws Exception {
        for (int i = 0; i < NON_READERS; i++) {
            Socket client = connect();
            clients.add(client);
            client.getOutputStream().write(ByteService.FLOOD);
        }
        await().atMost(PATIENCE).until(() -> service.flooding() > 0);
        byte[] message = {ByteService.ECHO, 1, 2, 3};
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            try (Socket client = connect()) {
                client.getOutputStream().write(message);
                assertThat(client.getInputStream().readNBytes(message.length)).isEqualTo(message);
            }
        });
        assertLives();
    }

    private void assertLives() throws IOException {
        assertThat(process.isAlive()).as(log()).isTrue();
        assertThat(group.killed()).isZero();
        assertThat(log()).doesNotContain("OutOfMemoryError");
        // The rest is for pages of files, without which it would crawl.
        assertThat(status("RssAnon")).as(log()).isLessThan(LIMIT * 9 / 10);
    }

    private Socket connect() throws IOException {
        Matcher address = ADDRESS.matcher(log());
        assertThat(address.find()).as(log()).isTrue();
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1 << 16);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address.group(1))),
                (int) PATIENCE.toMillis());
        return socket;
    }

    /** A line of the process's status, in bytes. */
    private long status(String name) throws IOException {
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        Matcher line = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(status);
        assertThat(line.find()).as(name).isTrue();
        return Long.parseLong(line.group(1)) << 10;
    }

    private String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
