package dev.spillway.server.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.spillway.server.container.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * The jar in its namespace with one wildcard listener, its upstream beside it, and somebody in each {@link Network} who plays
 * the clients there and, in the domain, the controller.
 *
 * <p>Memory is small: what is not set aside for spares is room for 192 connections that stand still, at the high mark 172.
 * Few enough for a crowd of hundreds on one network to be an attack, and many enough for {@link #FEW} on each of two others
 * not to be one.
 */
final class Scene implements AutoCloseable {
    static final int PORT = 8080;
    static final int CONTROLLER_PORT = 389;
    /** Hostile clients that are too few to be an attack. */
    static final int FEW = 24;
    /** Hostile clients that fill the memory by themselves. */
    static final int MANY = 300;

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int UPSTREAM_PORT = 9000;

    private final Path folder;
    private final Namespaces namespaces;
    private final Player beside;
    private final Map<Network, Player> clients = new EnumMap<>(Network.class);
    private final Process proxy;
    private final Path output;
    private String refusal = "pause";

    private Scene(Path folder, Namespaces namespaces, List<AutoCloseable> made) throws IOException {
        this.folder = folder;
        this.namespaces = namespaces;
        this.beside = started(made, Optional.empty());
        for (Network network : Network.values()) {
            clients.put(network, started(made, Optional.of(network)));
        }
        beside.upstream("upstream", "127.0.0.1", UPSTREAM_PORT);
        startController();
        write();
        this.output = folder.resolve("output.txt");
        this.proxy = new ProcessBuilder(namespaces.inside(
                        Optional.empty(),
                        jar(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"), "run", "-c", "spillway.conf")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        made.add(() -> proxy.destroyForcibly().waitFor());
        await("readiness").atMost(PATIENCE).until(() -> {
            assertThat(proxy.isAlive()).as(output()).isTrue();
            return output().contains("9901")
                    && get("/health/ready").get("ready").asBoolean();
        });
    }

    private Player started(List<AutoCloseable> made, Optional<Network> network) throws IOException {
        Player player = Player.start(namespaces, network);
        made.add(player);
        return player;
    }

    /** @param folder where the proxy has its configuration, its store and its output */
    static Scene open(Path folder) throws Exception {
        Namespaces namespaces = Namespaces.make();
        List<AutoCloseable> made = new ArrayList<>(List.of(namespaces));
        try {
            Scene scene = new Scene(folder, namespaces, made);
            made.clear();
            return scene;
        } finally {
            for (int i = made.size() - 1; i >= 0; i--) {
                made.get(i).close();
            }
        }
    }

    private void write() throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners.web { bind = "*:%d", upstream = backend }
                  upstreams.backend.servers = ["127.0.0.1:%d"]
                  security {
                    interfaces.%s.profile = private
                    domain { controllers = ["%s:%d"], probe-interval = 1s, timeout = 1s }
                  }
                  memory.budget = 10MiB
                  # Who asks for much and does not read holds most of a read, for the kernel takes little for it.
                  relay { min-buffer = 64KiB, max-buffer = 64KiB, send-buffer = 4KiB, notsent-lowat = 16KiB }
                  limits.max-connections = 1000
                  # Fewer than come back meanwhile, so that it takes the gate to get out of an episode.
                  prune.max-per-epoch = 8
                  # What newcomers meet is counted where they are accepted; SynGateIT has the gate in the kernel.
                  syn-gate { kind = accept, refusal = %s }
                }
                """.formatted(
                PORT, UPSTREAM_PORT, Network.PRIVATE.device(), Network.DOMAIN.hostile(), CONTROLLER_PORT, refusal));
    }

    private static List<String> jar(List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-jar");
        command.add(System.getProperty("spillway.jar"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A command as an administrator gives it beside the proxy, without options; what it prints. */
    String spillway(String line) {
        HostCommand done = HostCommand.run(
                Map.of("SPILLWAY_ADMIN", "", "SPILLWAY_TOKEN", ""),
                namespaces.inside(Optional.empty(), jar(List.of("-XX:TieredStopAtLevel=1"), line.split(" "))));
        assertThat(done.status())
                .as("spillway %s: %s%s", line, done.out(), done.err())
                .isZero();
        return done.out();
    }

    /** Writes another {@code syn-gate.refusal} into the file and has it read again. */
    void refuseBy(String how) throws IOException {
        if (!refusal.equals(how)) {
            refusal = how;
            write();
            assertThat(spillway("reload")).contains("syn-gate.refusal");
        }
    }

    Player clients(Network network) {
        Player player = clients.get(network);
        assertThat(player).isNotNull();
        return player;
    }

    void startController() {
        clients(Network.DOMAIN).controller("controller", Network.DOMAIN.hostile(), CONTROLLER_PORT);
    }

    void stopController() {
        clients(Network.DOMAIN).stop("controller");
    }

    void addAddress(Network network, String address) {
        namespaces.addAddress(network, address);
    }

    void removeAddress(Network network, String address) {
        namespaces.removeAddress(network, address);
    }

    JsonNode get(String path) {
        return beside.get(path);
    }

    /** The number of the latest event. */
    long now() {
        return get("/api/v1/events?limit=1").at("/events/0/sequence").asLong();
    }

    /** The events {@code id} after number {@code since}. */
    List<JsonNode> events(int id, long since) {
        return elements(
                get("/api/v1/events?limit=1000&since=" + since + "&id=" + id).get("events"));
    }

    /** The live connections to one of the proxy's addresses from one of the clients'. */
    List<JsonNode> connections(String local, String from) {
        return elements(get("/api/v1/connections?limit=1000").get("connections")).stream()
                .filter(connection -> connection.get("local").asText().startsWith(local + ":")
                        && connection.get("client").asText().startsWith(from + ":"))
                .toList();
    }

    /** How many newcomers the gate has kept out so far. */
    long refusedByGate() {
        return get("/api/v1/listeners").at("/listeners/0/refused/syn-gate").asLong();
    }

    /** What is said of one of the proxy's addresses; empty if it is not known. */
    static Optional<JsonNode> of(String address, JsonNode security) {
        return elements(security.get("interfaces")).stream()
                .filter(each -> each.get("address").asText().equals(address))
                .findFirst();
    }

    void awaitProfile(String address, String profile) {
        await(address + " " + profile)
                .atMost(PATIENCE)
                .until(() -> of(address, get("/api/v1/security"))
                        .filter(each -> each.get("profile").asText().equals(profile))
                        .isPresent());
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** Ends all clients, and waits until nobody feels them any more. */
    void calm() {
        clients.values().forEach(Player::stopCrowds);
        awaitCalm();
        await("no connections")
                .atMost(PATIENCE)
                .until(() -> get("/api/v1/connections").get("active").asLong() == 0);
    }

    /** Waits until there is no episode. */
    void awaitCalm() {
        await("no episode")
                .atMost(PATIENCE)
                .until(() -> get("/api/v1/pressure").get("episode").asLong() == 0);
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    /** Has the proxy end in order; its exit code. */
    int terminate() throws InterruptedException {
        proxy.destroy();
        assertThat(proxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the proxy ended")
                .isTrue();
        return proxy.exitValue();
    }

    @Override
    public void close() throws Exception {
        try {
            proxy.destroyForcibly().waitFor();
            for (Player player : clients.values()) {
                player.close();
            }
            beside.close();
        } finally {
            namespaces.close();
        }
    }
}
