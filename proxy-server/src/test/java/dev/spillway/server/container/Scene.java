package dev.spillway.server.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HealthCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A network with a service, Spillway in front of it with a memory limit, and a place to run load generators; closing takes
 * all of it down. Spillway's port 8080 is an ordinary listener, 8081 is exempt from protection; both lead to the service.
 */
final class Scene implements AutoCloseable {
    static final int MAIN = 8080;
    static final int EXEMPT = 8081;
    static final int ADMIN = 9901;
    /** Seconds that Spillway waits for connections when it is told to stop. */
    static final int DRAIN_SECONDS = 5;

    static final long MEMORY_BYTES = 256L << 20;

    /** Nothing but what the image asks for. */
    private static final Consumer<CreateContainerCmd> AS_BUILT = command -> {};

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "a-token-for-the-tests-only";

    private final Network network;
    private final GenericContainer<?> service;
    private final GenericContainer<?> spillway;
    private final GenericContainer<?> clients;
    private final int servicePort;
    private final String setting;
    private final Consumer<CreateContainerCmd> privilege;

    private Scene(String setting, Consumer<CreateContainerCmd> privilege, int servicePort, String... serviceCommand) {
        this.setting = setting;
        this.privilege = privilege;
        this.servicePort = servicePort;
        network = Network.builder()
                .createNetworkCmdModifier(command -> command.withLabels(Images.LABELS))
                .build();
        service = services("service", serviceCommand)
                .withExposedPorts(servicePort)
                .waitingFor(Wait.forListeningPort());
        clients = services("clients", "sleep", "3600");
        spillway = spillway();
        try {
            service.start();
            clients.start();
            spillway.start();
        } catch (RuntimeException e) {
            e.addSuppressed(new IllegalStateException("Spillway's log:\n" + log()));
            close();
            throw e;
        }
    }

    /** Redis with nothing written to disk. */
    static Scene withRedis() {
        String quiet = "redis-server --save '' --appendonly no --protected-mode no --bind 0.0.0.0";
        return new Scene("", AS_BUILT, 6379, "sh", "-c", quiet);
    }

    /** Nginx with a page and {@code random.bin}, fifty megabytes that no compression or cache could make up. */
    static Scene withNginx() {
        return withNginx("");
    }

    /** The same, with a line of Spillway's configuration. */
    static Scene withNginx(String setting) {
        return withNginx(setting, AS_BUILT);
    }

    /** The same, with Spillway's container given or denied something. */
    static Scene withNginx(String setting, Consumer<CreateContainerCmd> privilege) {
        String serve = "head -c 50000000 /dev/urandom >/srv/www/random.bin && exec nginx -g 'daemon off;'";
        return new Scene(setting, privilege, 8000, "sh", "-c", serve);
    }

    private GenericContainer<?> services(String alias, String... command) {
        return new GenericContainer<>(DockerImageName.parse(Images.SERVICES))
                .withNetwork(network)
                .withNetworkAliases(alias)
                .withLabels(Images.LABELS)
                .withImagePullPolicy(image -> false)
                .withCommand(command);
    }

    private GenericContainer<?> spillway() {
        return new GenericContainer<>(DockerImageName.parse(Images.spillway()))
                .withNetwork(network)
                .withNetworkAliases("spillway")
                .withLabels(Images.LABELS)
                .withImagePullPolicy(image -> false)
                .withExposedPorts(MAIN, EXEMPT, ADMIN)
                .withEnv("SPILLWAY_ADMIN_TOKEN", TOKEN)
                .withCopyToContainer(Transferable.of(configuration()), "/etc/spillway/spillway.conf")
                .withCreateContainerCmdModifier(command -> {
                    command.getHostConfig().withMemory(MEMORY_BYTES).withMemorySwap(MEMORY_BYTES);
                    // The image's own check, only sooner.
                    command.withHealthcheck(
                            new HealthCheck().withInterval(Duration.ofSeconds(1).toNanos()));
                    privilege.accept(command);
                })
                .waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofSeconds(60)));
    }

    private String configuration() {
        return """
                spillway {
                  listeners.main { bind = "0.0.0.0:%d", upstream = service }
                  listeners.exempt { bind = "0.0.0.0:%d", upstream = service }
                  upstreams.service.servers = ["service:%d"]
                  security.port-exemptions = ["%d"]
                  drain.deadline = %ds
                  %s
                  admin { bind = "0.0.0.0:%d", token = ${SPILLWAY_ADMIN_TOKEN} }
                }
                """.formatted(MAIN, EXEMPT, servicePort, EXEMPT, DRAIN_SECONDS, setting, ADMIN);
    }

    /** A new connection to Spillway's port; its reads end after ten seconds. */
    Socket connect(int port) throws IOException {
        return socket(spillway, port, 1 << 18);
    }

    /** The same, with a receive buffer of so many bytes, and so a window no larger. */
    Socket connect(int port, int receiveBuffer) throws IOException {
        return socket(spillway, port, receiveBuffer);
    }

    /** A new connection to the service itself; its reads end after ten seconds. */
    Socket connectDirectly() throws IOException {
        return socket(service, servicePort, 1 << 18);
    }

    private static Socket socket(GenericContainer<?> container, int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(container.getHost(), container.getMappedPort(port)), 10_000);
        return socket;
    }

    /** Runs a command beside the service; {@code service} and {@code spillway} are host names there. */
    ExecResult inClients(String... words) throws IOException, InterruptedException {
        return clients.execInContainer(words);
    }

    /** Runs a command in Spillway's container, as its user. */
    ExecResult inSpillway(String... words) throws IOException, InterruptedException {
        return spillway.execInContainer(words);
    }

    /** An answer of Spillway at one of its ports, as it comes. */
    HttpResponse<InputStream> get(int port, String path) throws IOException, InterruptedException {
        return get(spillway, port, path);
    }

    /** The status of an answer, whose body is read to its end. */
    int status(int port, String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = get(port, path);
        try (InputStream body = response.body()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        return response.statusCode();
    }

    /** An answer of the service itself, as it comes. */
    HttpResponse<InputStream> getDirectly(String path) throws IOException, InterruptedException {
        return get(service, servicePort, path);
    }

    /** Each request has a client, and so a connection, of its own. */
    private static HttpResponse<InputStream> get(GenericContainer<?> container, int port, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port) + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Supposes a pressure, or none any more; the configuration has to allow it. */
    void inject(String method, String body) throws IOException, InterruptedException {
        URI uri = URI.create(
                "http://" + spillway.getHost() + ":" + spillway.getMappedPort(ADMIN) + "/api/v1/signals/injected");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(method + " " + uri + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** The sum of a meter's values over its tags, as {@code /metrics} shows it. */
    double meter(String name) throws IOException, InterruptedException {
        return meter(name, "");
    }

    /** The sum of those values of a meter whose tags hold the given text. */
    double meter(String name, String tag) throws IOException, InterruptedException {
        try (InputStream body = get(ADMIN, "/metrics").body()) {
            String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            double[] values = page.lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> line.contains(tag))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .toArray();
            if (values.length == 0) {
                throw new AssertionError("no meter " + name + " with " + tag + " in\n" + page);
            }
            return DoubleStream.of(values).sum();
        }
    }

    /** Sends SIGTERM to Spillway as the engine does, and waits for its end; SIGKILL after the patience. */
    void stopSpillway(Duration patience) {
        spillway.getDockerClient()
                .stopContainerCmd(spillway.getContainerId())
                .withTimeout((int) patience.toSeconds())
                .exec();
    }

    /** What the engine says of Spillway's container now. */
    InspectContainerResponse.ContainerState state() {
        return spillway.getCurrentContainerInfo().getState();
    }

    /** What Spillway wrote so far. */
    String log() {
        return spillway.getContainerId() == null ? "" : spillway.getLogs();
    }

    @Override
    public void close() {
        spillway.close();
        clients.close();
        service.close();
        network.close();
    }
}
