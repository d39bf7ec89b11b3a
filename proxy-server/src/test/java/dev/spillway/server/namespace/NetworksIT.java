package dev.spillway.server.namespace;

import static dev.spillway.server.namespace.Network.DOMAIN;
import static dev.spillway.server.namespace.Network.PRIVATE;
import static dev.spillway.server.namespace.Network.PUBLIC;
import static dev.spillway.server.namespace.Scene.FEW;
import static dev.spillway.server.namespace.Scene.MANY;
import static dev.spillway.server.namespace.Scene.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interfaces for real: the jar in 64 MB with one listener on all addresses, between a network that is private by a rule, a
 * public one, and one with a domain controller. On each there are honest clients and hostile ones.
 */
@RequiresNamespaces
@Timeout(90)
class NetworksIT {
    private static final List<Network> SPARED = List.of(PRIVATE, DOMAIN);
    private static final int KEEPING = 4;
    private static final int FLEETING = 2;

    @TempDir
    static Path folder;

    private static Scene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = Scene.open(folder);
    }

    @AfterEach
    void calm() {
        scene.calm();
    }

    @AfterAll
    static void close() throws Exception {
        if (scene != null) {
            try (Scene ending = scene) {
                assertThat(ending.terminate()).isZero();
                assertThat(ending.output()).doesNotContain("OutOfMemory", "LEAK:", "Exception", "ERROR");
            }
        }
    }

    @Test
    void oneListenerHasTheProfileOfTheInterfaceThatAClientComesInByS4() throws Exception {
        scene.awaitProfile(DOMAIN.proxy(), "domain");
        JsonNode shown = new ObjectMapper().readTree(scene.spillway("show security --json"));
        assertShown(shown, PRIVATE, "private", "interfaces.priv0.profile (spillway.conf:");
        assertShown(shown, PUBLIC, "public", "no domain controller answers through pub0 from 198.18.2.1");
        assertShown(shown, DOMAIN, "domain", "domain controller 198.18.3.2:389 answered through dom0 from 198.18.3.1");
        assertThat(standings(shown))
                .containsEntry(PRIVATE.proxy(), "private-profile")
                .containsEntry(PUBLIC.proxy(), "eligible")
                .containsEntry(DOMAIN.proxy(), "domain-profile");
        assertThat(scene.get("/api/v1/explain?local=" + PRIVATE.proxy())
                        .get("profileFound")
                        .asText())
                .startsWith("interfaces.priv0.profile (spillway.conf:");
        for (Network network : Network.values()) {
            scene.clients(network).honest("one", network, network.proxy(), 1, 0);
        }
        awaitStanding(PRIVATE, PRIVATE.proxy(), "private-profile");
        awaitStanding(PUBLIC, PUBLIC.proxy(), "eligible");
        awaitStanding(DOMAIN, DOMAIN.proxy(), "domain-profile");
    }

    private static void assertShown(JsonNode shown, Network network, String profile, String found) {
        assertThat(Scene.of(network.proxy(), shown)).hasValueSatisfying(address -> {
            assertThat(address.get("name").asText()).isEqualTo(network.device());
            assertThat(address.get("profile").asText()).isEqualTo(profile);
            assertThat(address.get("found").asText()).startsWith(found);
        });
    }

    private static Map<String, String> standings(JsonNode shown) {
        return Scene.elements(shown.at("/listeners/0/verdicts")).stream()
                .collect(Collectors.toMap(
                        verdict -> verdict.get("local").asText(),
                        verdict -> verdict.get("standing").asText()));
    }

    private static void awaitStanding(Network network, String local, String standing) {
        await(local + " " + standing)
                .atMost(PATIENCE)
                .until(() -> all(scene.connections(local, network.honest()), standing));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "reset"})
    void underPressureNobodyButThePublicNetworkLosesAnythingS5(String refusal) throws Exception {
        scene.refuseBy(refusal);
        scene.awaitProfile(DOMAIN.proxy(), "domain");
        long begin = scene.now();
        long refusedBefore = scene.refusedByGate();
        startHonest(FLEETING);
        List<Long> stuck = startFew("few");
        Map<Network, Map<String, Long>> calm = honest();
        scene.clients(PUBLIC).hostile("many", PUBLIC, MANY);
        await("the public crowd is closed and kept out").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(scene.events(4229, begin)).isNotEmpty();
            assertThat(scene.clients(PUBLIC).counts("many").get("reset")).isGreaterThan(MANY);
            assertThat(scene.refusedByGate() - refusedBefore).isPositive();
        });
        // Pressure goes on for as long as the crowd comes back, and so does everybody's work.
        Map<Network, Map<String, Long>> pressed = awaitProgress(calm, 20);
        assertStandings();
        assertThat(stuck())
                .as("hostile clients of the other networks, who stand still")
                .containsAll(stuck);
        assertThat(scene.spillway("show events --json --limit 1000 --since " + begin))
                .contains("\"id\":4229");
        scene.clients(PUBLIC).stop("many");
        scene.awaitCalm();
        awaitProgress(pressed, 10);
        for (Network network : SPARED) {
            assertUnharmed(network, "few");
            assertThat(scene.clients(network).stop("honest"))
                    .as("honest clients of %s", network)
                    .containsEntry("reset", 0L)
                    .containsEntry("refused", 0L)
                    .containsEntry("timedOut", 0L);
        }
    }

    private static void startHonest(int fleeting) {
        for (Network network : Network.values()) {
            scene.clients(network).honest("honest", network, network.proxy(), KEEPING, fleeting);
        }
    }

    private static Map<Network, Map<String, Long>> honest() {
        return List.of(Network.values()).stream()
                .collect(Collectors.toMap(
                        network -> network, network -> scene.clients(network).counts("honest")));
    }

    /** Waits until on each network clients have made {@code more} exchanges than at {@code before}, of each kind there is. */
    private static Map<Network, Map<String, Long>> awaitProgress(Map<Network, Map<String, Long>> before, long more) {
        await("exchanges")
                .atMost(PATIENCE)
                .untilAsserted(() -> before.forEach((network, then) -> {
                    Map<String, Long> now = scene.clients(network).counts("honest");
                    assertThat(now.get("kept"))
                            .as("exchanges of %s: %s", network, now)
                            .isGreaterThan(then.get("kept") + more);
                    if (network != PUBLIC) {
                        assertThat(now.get("fresh"))
                                .as("new connections of %s: %s", network, now)
                                .isGreaterThan(then.get("fresh") + more);
                    }
                }));
        return honest();
    }

    /** Has a few hostile clients stand still on each network that is spared; them, and those who did so before. */
    private static List<Long> startFew(String name) {
        int before = stuck().size();
        for (Network network : SPARED) {
            scene.clients(network).hostile(name, network, FEW);
        }
        // One look: in their first moments some still take a little, and do not stand still at the next.
        return await("they hold memory")
                .atMost(PATIENCE)
                .until(NetworksIT::stuck, ids -> ids.size() == before + SPARED.size() * FEW);
    }

    /** The hostile connections of the networks that are spared, as far as they hold a buffer. */
    private static List<Long> stuck() {
        return SPARED.stream()
                .flatMap(network -> scene.connections(network.proxy(), network.hostile()).stream())
                .filter(connection -> connection.get("heldBytes").asLong() > 0
                        && connection.get("stalledMillis").asLong() > 0)
                .map(connection -> connection.get("id").asLong())
                .toList();
    }

    private static void assertStandings() {
        Map<Network, String> expected =
                Map.of(PRIVATE, "private-profile", PUBLIC, "eligible", DOMAIN, "domain-profile");
        expected.forEach((network, standing) -> {
            for (String from : List.of(network.honest(), network.hostile())) {
                assertThat(scene.connections(network.proxy(), from))
                        .as("connections from %s; event 3004: %s", from, scene.events(3004, 0))
                        .isNotEmpty()
                        .allSatisfy(connection ->
                                assertThat(connection.get("standing").asText()).isEqualTo(standing));
            }
        });
    }

    private static void assertUnharmed(Network network, String crowd) {
        assertThat(scene.clients(network).counts(crowd))
                .as("hostile clients of %s", network)
                .containsEntry("connected", (long) FEW)
                .containsEntry("reset", 0L)
                .containsEntry("refused", 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "reset"})
    void withProfilesDisabledAllNetworksPayS6ExceptForWhoWasThereBeforeS11(String refusal) throws Exception {
        scene.refuseBy(refusal);
        scene.awaitProfile(DOMAIN.proxy(), "domain");
        startHonest(0);
        List<Long> stuck = startFew("few");
        scene.spillway("set security profiles=disabled");
        try {
            long disabled = generation();
            assertThat(gate()).isEqualTo("accept-" + refusal);
            // One after the other: of two crowds the one that comes second, to spent memory, holds next to nothing, and
            // may not be worth closing for as long as the other one is there (S25).
            for (Network network : SPARED) {
                assertPays(network, disabled, stuck);
            }
        } finally {
            scene.spillway("set security profiles=default");
        }
        startFew("again");
        scene.clients(PUBLIC).hostile("many", PUBLIC, MANY);
        await("the public crowd is closed")
                .atMost(PATIENCE)
                .until(() -> scene.clients(PUBLIC).counts("many").get("reset") > MANY);
        for (Network network : SPARED) {
            assertUnharmed(network, "few");
            assertUnharmed(network, "again");
            assertThat(scene.clients(network).stop("honest"))
                    .as("honest clients of %s, there from the beginning", network)
                    .containsEntry("reset", 0L)
                    .containsEntry("refused", 0L)
                    .containsEntry("timedOut", 0L);
        }
    }

    /** A crowd on a network that is not spared any more is closed, and nobody else is. */
    private static void assertPays(Network network, long disabled, List<Long> before) {
        long begin = scene.now();
        scene.clients(network).hostile("late", network, MANY);
        await("late ones of " + network + " are closed").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(scene.events(4229, begin)).isNotEmpty();
            assertThat(scene.clients(network).counts("late").get("reset")).isPositive();
        });
        assertVerdictsOf(network, disabled);
        assertThat(stuck()).as("those who were there before").containsAll(before);
        scene.clients(network).stop("late");
        scene.awaitCalm();
        await("nobody else stands still")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stuck()).containsExactlyInAnyOrderElementsOf(before));
    }

    private static long generation() {
        return scene.get("/api/v1/security").get("generation").asLong();
    }

    private static String gate() {
        return scene.get("/api/v1/security").at("/listeners/0/gate").asText();
    }

    /** Of the hostile clients of a network that is not spared any more: those from before {@code generation} still are. */
    private static void assertVerdictsOf(Network network, long generation) {
        String standing = network == PRIVATE ? "private-profile" : "domain-profile";
        Map<String, List<JsonNode>> there = scene.connections(network.proxy(), network.hostile()).stream()
                .collect(Collectors.groupingBy(each -> each.get("standing").asText()));
        assertThat(there).containsOnlyKeys(standing, "eligible");
        assertThat(there.get(standing))
                .hasSize(FEW)
                .allMatch(each -> each.get("generation").asLong() < generation);
        assertThat(there.get("eligible"))
                .allMatch(each -> each.get("generation").asLong() >= generation);
    }

    @Test
    void mppIsOffForTheInterfaceThatSaysSoS19() {
        scene.awaitProfile(DOMAIN.proxy(), "domain");
        scene.clients(PUBLIC).honest("before", PUBLIC, PUBLIC.proxy(), 1, 0);
        awaitStanding(PUBLIC, PUBLIC.proxy(), "eligible");
        scene.spillway("set security interface=pub0 mpp=disabled store=active");
        try {
            assertThat(standings(scene.get("/api/v1/security")))
                    .containsEntry(PUBLIC.proxy(), "interface-mpp-disabled")
                    .containsEntry(PRIVATE.proxy(), "private-profile")
                    .containsEntry(DOMAIN.proxy(), "domain-profile");
            scene.clients(PUBLIC).hostile("many", PUBLIC, FEW);
            await("new connections stand so, and the one from before does not")
                    .atMost(PATIENCE)
                    .until(() -> all(scene.connections(PUBLIC.proxy(), PUBLIC.hostile()), "interface-mpp-disabled")
                            && all(scene.connections(PUBLIC.proxy(), PUBLIC.honest()), "eligible"));
        } finally {
            scene.spillway("set security interface=pub0 mpp=default store=active");
        }
    }

    @Test
    void aDomainWhoseControllerIsSilentIsPublicFromThenOnS4() throws Exception {
        scene.awaitProfile(DOMAIN.proxy(), "domain");
        scene.clients(DOMAIN).honest("before", DOMAIN, DOMAIN.proxy(), 1, 0);
        awaitStanding(DOMAIN, DOMAIN.proxy(), "domain-profile");
        long begin = scene.now();
        scene.stopController();
        try {
            scene.awaitProfile(DOMAIN.proxy(), "public");
            assertThat(told(DOMAIN.proxy(), begin)).singleElement().satisfies(event -> {
                assertThat(event.at("/fields/interface").asText()).isEqualTo("dom0");
                assertThat(event.at("/fields/old").asText()).isEqualTo("domain");
                assertThat(event.at("/fields/new").asText()).isEqualTo("public");
                assertThat(event.at("/fields/found").asText()).startsWith("no domain controller answers through dom0");
            });
            assertThat(scene.spillway("show security")).containsPattern("dom0 +198.18.3.1 +IPv4 +public");
            scene.clients(DOMAIN).hostile("few", DOMAIN, FEW);
            await("a verdict is for good, and new ones are eligible")
                    .atMost(PATIENCE)
                    .until(() -> all(scene.connections(DOMAIN.proxy(), DOMAIN.hostile()), "eligible")
                            && all(scene.connections(DOMAIN.proxy(), DOMAIN.honest()), "domain-profile"));
        } finally {
            scene.startController();
        }
        scene.awaitProfile(DOMAIN.proxy(), "domain");
    }

    private static boolean all(List<JsonNode> connections, String standing) {
        return !connections.isEmpty()
                && connections.stream()
                        .allMatch(each -> each.get("standing").asText().equals(standing));
    }

    /** What event 3004 told of an address after number {@code since}. */
    private static List<JsonNode> told(String address, long since) {
        return scene.events(3004, since).stream()
                .filter(event -> event.at("/fields/address").asText().equals(address))
                .toList();
    }

    @Test
    void anAddressThatAppearsIsOfItsInterfaceFromTheFirstConnectionOnS4() {
        String address = PRIVATE.address(9);
        long begin = scene.now();
        scene.addAddress(PRIVATE, address);
        try {
            scene.clients(PRIVATE).honest("first", PRIVATE, address, KEEPING, 0);
            awaitStanding(PRIVATE, address, "private-profile");
            scene.awaitProfile(address, "private");
            await("event 3004")
                    .atMost(PATIENCE)
                    .until(() -> !told(address, begin).isEmpty());
            assertThat(told(address, begin)).singleElement().satisfies(event -> {
                assertThat(event.at("/fields/interface").asText()).isEqualTo("priv0");
                assertThat(event.at("/fields/old").asText()).isEqualTo("absent");
                assertThat(event.at("/fields/new").asText()).isEqualTo("private");
                assertThat(event.at("/fields/found").asText()).startsWith("interfaces.priv0.profile");
            });
        } finally {
            scene.clients(PRIVATE).stop("first");
            scene.removeAddress(PRIVATE, address);
        }
        await("it has gone")
                .atMost(PATIENCE)
                .until(() -> Scene.of(address, scene.get("/api/v1/security")).isEmpty());
    }
}
