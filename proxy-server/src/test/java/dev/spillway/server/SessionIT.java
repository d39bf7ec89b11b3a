package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README.md typed at a shell, as a user does, with the real jar; what it says is answered has to be answered.
 *
 * <p>Two things are not as a user has them: each of the README's ports is another one of four digits that is free, in the
 * commands as well as in the answers; and since no command names the port of the admin plane, {@code SPILLWAY_ADMIN} does.
 */
class SessionIT {
    private static final Path README = Shell.ROOT.resolve("README.md");
    private static final String TOUR = "## Five minutes with a real service";
    private static final String CHANGES = "## Change it while it runs";
    private static final int ADMIN = 9901;
    private static final List<Integer> PORTS = List.of(8080, 6400, ADMIN);

    /** Lines that begin with these are of the tour alone; the session needs nothing but a shell. */
    private static final List<String> OF_THE_TOUR = List.of("redis-", "curl ");

    @TempDir
    Path folder;

    private final Map<Integer, Integer> ports = new LinkedHashMap<>();

    @BeforeEach
    void takePorts() throws IOException {
        assertThat(Path.of(System.getProperty("spillway.jar")))
                .as("the jar that the README names")
                .isEqualTo(Shell.ROOT.resolve("proxy-server/target/spillway.jar"));
        String page = Files.readString(README);
        SplittableRandom random = new SplittableRandom();
        for (int port : PORTS) {
            int other;
            do {
                // Below what the kernel gives to clients; of the same width, as tables have columns; and above the
                // ports that the
                // page exempts, as lists have an order.
                other = random.nextInt(8000, 10_000);
            } while (page.contains(Integer.toString(other)) || ports.containsValue(other) || !free(other));
            ports.put(port, other);
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private String withOtherPorts(String text) {
        String other = text;
        for (Map.Entry<Integer, Integer> each : ports.entrySet()) {
            other = other.replaceAll(
                    "\\b" + each.getKey() + "\\b", each.getValue().toString());
        }
        return other;
    }

    private static String withoutTheTour(String text) {
        return text.lines()
                .filter(line -> OF_THE_TOUR.stream().noneMatch(line::startsWith))
                .collect(Collectors.joining("\n"));
    }

    private void type(List<Transcript.Step> steps) throws Exception {
        List<Transcript.Step> typed =
                steps.stream().map(step -> step.with(this::withOtherPorts)).toList();
        Shell.type(README, typed, folder, ports.get(ADMIN));
    }

    @Test
    void theSessionOfTheReadmeIsAnsweredAsItSays() throws Exception {
        List<Transcript.Step> steps = Transcript.of(README, List.of(TOUR, CHANGES));
        assertThat(steps).filteredOn(Transcript.Step::compared).hasSizeGreaterThanOrEqualTo(12);
        type(steps.stream()
                .map(step -> step.compared()
                        ? step
                        : new Transcript.Step(step.line(), withoutTheTour(step.typed()), step.answer(), false))
                .toList());
        assertNothingListens();
    }

    @Test
    void theTourOfTheReadmeWorks() throws Exception {
        assumeThat(Shell.has("redis-server", "redis-cli", "redis-benchmark", "curl"))
                .as("redis and curl are installed")
                .isTrue();
        List<Transcript.Step> steps = Transcript.of(README, List.of(TOUR));
        assertThat(steps.toString()).contains(OF_THE_TOUR);
        // A user goes on to the next section, which ends with this.
        steps.add(new Transcript.Step(0, "kill $! $redis; wait $!", List.of(), false));
        type(steps);
        assertNothingListens();
    }

    private void assertNothingListens() {
        assertThat(ports.values()).as("ports that are free again").allMatch(SessionIT::free);
    }

    @Test
    void whatThePageSaysAndTheProgramDoesNotIsToldLineByLine() {
        List<String> answered = List.of("a : 1", "b : 2", "c : 3", "d : 4");
        assertThat(Comparison.difference(List.of("a : 1", "...", "d : ..."), answered))
                .isEmpty();
        assertThat(Comparison.difference(List.of("..."), List.of())).isEmpty();
        assertThat(Comparison.difference(List.of("a : 1", "b : 3", "...", "d : 4"), answered))
                .isEqualTo("  a : 1\n- b : 3\n  b : 2\n  c : 3\n  d : 4");
        assertThat(Comparison.difference(List.of("a : 1", "b : 2", "c : 3"), answered))
                .isEqualTo("  a : 1\n  b : 2\n  c : 3\n+ d : 4");
        assertThat(Comparison.difference(List.of("d : ...4"), List.of("d : 4"))).isEqualTo("- d : ...4\n+ d : 4");
    }
}
