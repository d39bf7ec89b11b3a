package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.spillway.server.demo.DemoUpstream;
import dev.spillway.server.demo.Exchanges;
import dev.spillway.server.demo.HonestCrowd;
import dev.spillway.server.demo.HonestCrowd.Group;
import dev.spillway.server.demo.HonestCrowd.Habit;
import dev.spillway.server.demo.HostileCrowd;
import dev.spillway.server.demo.LoopbackSources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The promise of the whole: the real jar in 64 MB of heap and 64 MB of direct memory, 5000 hostile clients on its public
 * listener, and honest ones on all three. Calm, attack, after, in one run, with the same honest clients at the same pace.
 * The hostile clients come back whenever they are reset. The upstream and all clients live in this JVM.
 */
class AttackIT {
    private static final int HOSTILE = 5000;
    private static final int CONNECTS_PER_SECOND = 600;
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final Duration PHASE = Duration.ofSeconds(20);
    private static final Duration AFTER = Duration.ofSeconds(3);
    private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(2);
    private static final Duration HONEST_PATIENCE = Duration.ofSeconds(5);
    private static final double PUBLIC_SHARE = 0.9;
    /** Clients that go past the proxy: nothing is asserted of them, but what they lose too, the machine was short of. */
    private static final String CONTROL = "direct";

    private static final List<String> ROWS = List.of("public", "private", "exempt", CONTROL);

    private final Map<String, Integer> ports = new LinkedHashMap<>();

    @Test
    @Timeout(150)
    void anAttackInSixtyFourMegabytesHarmsNobodyButTheAttackers() throws Exception {
        for (String name : List.of("public", "private", "exempt", "admin")) {
            ports.put(name, freePort());
        }
        Path folder = Files.createDirectories(Path.of("target", "attack-it").toAbsolutePath());
        LoopbackSources sources = LoopbackSources.detect();
        assertThat(sources.spread()).as("this system lends out 127.0.0.0/8").isTrue();
        try (DemoUpstream upstream = DemoUpstream.start(at(0), 2 * HOSTILE, Duration.ofMinutes(5), "");
                SpillwayProcess proxy = SpillwayProcess.start(
                        folder,
                        Map.of(),
                        List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"),
                        "run",
                        "-c",
                        configuration(folder, upstream).toString());
                AdminWatch admin = awaitReady(proxy, new AdminWatch(ports.get("admin"), ADMIN_PATIENCE));
                HonestCrowd honest = HonestCrowd.start(groups(upstream), sources)) {
            warmUp(admin, sources);
            Map<String, Exchanges> calm = during(honest, PHASE);
            Attack attack = attack(honest, admin, sources);
            Map<String, Exchanges> after = during(honest, AFTER);
            System.out.println(table(calm, attack, after, admin));
            verify(calm, attack, after, admin);
            assertThat(proxy.alive()).as("the proxy lives").isTrue();
            admin.close();
            honest.close();
            proxy.terminate();
            assertThat(proxy.exitCode()).isZero();
            assertThat(proxy.toString()).doesNotContain("OutOfMemory", "LEAK:", "Exception");
        }
    }

    /** A small attack that is not measured: neither the calm nor the attack is to be that of a cold JVM. */
    private void warmUp(AdminWatch admin, LoopbackSources sources) throws IOException {
        try (HostileCrowd crowd = HostileCrowd.start(plan(HOSTILE / 5, WARM_UP), sources)) {
            await().atMost(WARM_UP.multipliedBy(2)).until(() -> !crowd.running());
        }
        awaitBelowLow(admin);
    }

    private HostileCrowd.Plan plan(int size, Duration length) {
        return new HostileCrowd.Plan(
                at(ports.get("public")),
                size / 2,
                size / 2,
                CONNECTS_PER_SECOND,
                CONNECTS_PER_SECOND * length.toSeconds(),
                length,
                64 << 20);
    }

    private static void awaitBelowLow(AdminWatch admin) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(() -> position(admin.pressure()) < 0);
    }

    /** What was seen of the attack. */
    private record Attack(
            Map<String, Exchanges> exchanges,
            HostileCrowd.Counts hostile,
            double peak,
            long episodes,
            long closed,
            Duration recovered) {}

    private Attack attack(HonestCrowd honest, AdminWatch admin, LoopbackSources sources) throws Exception {
        Map<String, Exchanges> before = snapshot(honest);
        long closedBefore = admin.pressure().get("closed").asLong();
        long episodesBefore = admin.pressure().get("episodes").asLong();
        double peak = 0;
        HostileCrowd.Counts fared;
        Map<String, Exchanges> exchanges;
        long ended;
        try (HostileCrowd crowd = HostileCrowd.start(plan(HOSTILE, PHASE.multipliedBy(2)), sources)) {
            long end = System.nanoTime() + PHASE.toNanos();
            while (System.nanoTime() - end < 0) {
                Thread.sleep(50); // the pace of looking; the phase ends by the clock
                peak = Math.max(peak, position(admin.pressure()));
            }
            exchanges = since(snapshot(honest), before);
            fared = crowd.counts();
            ended = System.nanoTime();
        }
        awaitBelowLow(admin);
        Duration recovered = Duration.ofNanos(System.nanoTime() - ended);
        long closed = admin.pressure().get("closed").asLong() - closedBefore;
        long episodes = admin.pressure().get("episodes").asLong() - episodesBefore;
        return new Attack(exchanges, fared, peak, episodes, closed, recovered);
    }

    private void verify(Map<String, Exchanges> calm, Attack attack, Map<String, Exchanges> after, AdminWatch admin) {
        assertThat(attack.hostile().reached())
                .as("attackers that got through at least once")
                .isGreaterThan(HOSTILE * 9 / 10);
        assertThat(attack.episodes()).as("episodes that the attack began").isPositive();
        assertThat(attack.closed()).as("connections closed by MPP").isPositive();
        assertThat(attack.hostile().reset()).as("attackers that were reset").isPositive();
        assertThat(admin.failures())
                .as("late or wrong answers of the admin plane")
                .isEmpty();
        assertThat(admin.answers()).isGreaterThan(100);
        for (String listener : List.of("private", "exempt")) {
            assertThat(both(attack.exchanges(), listener).failed())
                    .as("failed on " + listener)
                    .isZero();
            assertThat(both(after, listener).failed())
                    .as("failed on " + listener + " after")
                    .isZero();
        }
        long expected = both(calm, "public").done();
        assertThat(expected).as("exchanges in the calm").isGreaterThan(1000);
        assertThat((double) both(attack.exchanges(), "public").done())
                .as("exchanges on public under attack, of %d in the calm", expected)
                .isGreaterThanOrEqualTo(PUBLIC_SHARE * expected);
        assertThat(attack.recovered()).as("time to below the low mark").isLessThanOrEqualTo(RECOVERY);
    }

    private List<Group> groups(DemoUpstream upstream) {
        List<Group> groups = new ArrayList<>();
        for (String listener : ROWS) {
            InetSocketAddress target = listener.equals(CONTROL) ? upstream.address() : at(ports.get(listener));
            groups.add(new Group(listener + "-KEPT", target, Habit.KEPT, 8, Duration.ofMillis(40), HONEST_PATIENCE));
            groups.add(new Group(listener + "-FRESH", target, Habit.FRESH, 4, Duration.ofMillis(80), HONEST_PATIENCE));
        }
        return groups;
    }

    private static Map<String, Exchanges> during(HonestCrowd honest, Duration length) throws InterruptedException {
        Map<String, Exchanges> before = snapshot(honest);
        Thread.sleep(length.toMillis()); // the length of the phase is what is measured against
        return since(snapshot(honest), before);
    }

    private static Map<String, Exchanges> snapshot(HonestCrowd honest) {
        Map<String, Exchanges> snapshot = new LinkedHashMap<>();
        for (String listener : ROWS) {
            for (Habit habit : Habit.values()) {
                snapshot.put(listener + "-" + habit, honest.exchanges(listener + "-" + habit));
            }
        }
        return snapshot;
    }

    private static Map<String, Exchanges> since(Map<String, Exchanges> now, Map<String, Exchanges> before) {
        Map<String, Exchanges> since = new LinkedHashMap<>();
        now.forEach((group, exchanges) -> since.put(group, exchanges.minus(before.get(group))));
        return since;
    }

    private static Exchanges both(Map<String, Exchanges> exchanges, String listener) {
        return exchanges.get(listener + "-KEPT").plus(exchanges.get(listener + "-FRESH"));
    }

    private static double position(JsonNode pressure) {
        return pressure.get("position").asDouble();
    }

    private static String table(
            Map<String, Exchanges> calm, Attack attack, Map<String, Exchanges> after, AdminWatch admin) {
        StringBuilder text = new StringBuilder(
                "%nhonest clients     calm done  attack done   kept%%  failed: reset refused".formatted()
                        + " timed out    p50 ms    p99 ms   after: done failed%n".formatted());
        calm.forEach((group, before) -> {
            Exchanges during = attack.exchanges().get(group);
            text.append("%-16s %11d %12d %7.1f %14d %7d %9d %9.1f %9.1f %13d %6d%n"
                    .formatted(
                            group,
                            before.done(),
                            during.done(),
                            100.0 * during.done() / before.done(),
                            during.reset() + during.wrong(),
                            during.refused(),
                            during.timedOut(),
                            during.latency(0.5).toNanos() / 1e6,
                            during.latency(0.99).toNanos() / 1e6,
                            after.get(group).done(),
                            after.get(group).failed()));
        });
        text.append("hostile clients  %s%n".formatted(attack.hostile()));
        text.append("pressure         peak position %.2f, %d closed by MPP, below the low mark %d ms after the attack%n"
                .formatted(attack.peak(), attack.closed(), attack.recovered().toMillis()));
        text.append("admin plane      %d answers, slowest %d ms, failures %s%n"
                .formatted(admin.answers(), admin.slowest().toMillis(), admin.failures()));
        return text.toString();
    }

    private Path configuration(Path folder, DemoUpstream upstream) throws IOException {
        return Files.writeString(folder.resolve("attack.conf"), """
                spillway {
                  listeners {
                    public  { bind = "127.0.0.1:%d", upstream = backend }
                    private { bind = "127.0.0.1:%d", upstream = backend, profile = private }
                    exempt  { bind = "127.0.0.1:%3$d", upstream = backend }
                  }
                  security.port-exemptions = ["%3$d"]
                  upstreams.backend { servers = ["127.0.0.1:%4$d"] }
                  transport.kind = epoll
                  admin { bind = "127.0.0.1:%5$d" }
                }
                """.formatted(
                        ports.get("public"),
                        ports.get("private"),
                        ports.get("exempt"),
                        upstream.address().getPort(),
                        ports.get("admin")));
    }

    private static AdminWatch awaitReady(SpillwayProcess proxy, AdminWatch admin) {
        await("readiness").atMost(Duration.ofSeconds(20)).until(() -> {
            assertThat(proxy.alive())
                    .as("the proxy lives; its output: %s", proxy)
                    .isTrue();
            try {
                admin.get("/health/ready");
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
        return admin.start();
    }

    /** A free port below the ephemeral ones, so that none of the many clients can take it meanwhile. */
    private int freePort() throws IOException {
        Random random = new Random();
        while (true) {
            int port = 20_000 + random.nextInt(10_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!ports.containsValue(port)) {
                    return probe.getLocalPort();
                }
            } catch (IOException taken) {
                // The next one.
            }
        }
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
