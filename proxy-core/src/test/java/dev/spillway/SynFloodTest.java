package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.TwoNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A flood of SYNs on the real kernel, in network namespaces of its own, whose counters nobody else moves; skipped, with the
 * reason, where they can't be made.
 */
@Timeout(180)
class SynFloodTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern TOLD = Pattern.compile(
            "(?m)^(started|ended) perSecond=([0-9]+) unanswered=([0-9]+) drops=([0-9]+) listener=([a-z]+)$");

    @TempDir
    Path folder;

    /** An event as {@link FloodedProxy} writes it. */
    private record Told(String what, long perSecond, long unanswered, long drops, String listener) {}

    @ParameterizedTest(name = "tcp_syncookies={0}")
    @ValueSource(ints = {0, 1, 2})
    void aFloodIsToldWithItsBeginningAndItsEnd(int cookies) throws Exception {
        try (TwoNamespaces network = TwoNamespaces.make()) {
            network.sysctl("net/ipv4/tcp_syncookies", cookies);
            Path told = folder.resolve("proxy");
            Path honest = folder.resolve("honest");
            Process proxy = start(network.java(true, FloodedProxy.class), told);
            try {
                await().atMost(PATIENCE).until(() -> text(told).contains("ready " + FloodedProxy.PORT));
                flood(network, told, honest, cookies > 0 ? 3 : 0);
                await().atMost(PATIENCE).until(() -> events(told).size() == 2);
                proxy.getOutputStream().close();
                assertThat(proxy.waitFor()).isZero();
            } finally {
                proxy.destroyForcibly();
            }
            List<Told> events = events(told);
            assertThat(events).extracting(Told::what).containsExactly("started", "ended");
            assertThat(events).allSatisfy(each -> assertSigns(each, cookies));
            assertThat(events.get(1).perSecond())
                    .isGreaterThanOrEqualTo(events.get(0).perSecond());
            if (cookies > 0) {
                assertThat(text(honest)).contains("honest served").doesNotContain("not served");
            }
        }
    }

    private static Process start(ProcessBuilder program, Path output) throws IOException {
        return program.redirectOutput(output.toFile()).start();
    }

    /** Until the flood has been told of and so many honest clients have come in it. */
    private void flood(TwoNamespaces network, Path told, Path honest, int clients) throws Exception {
        Process sender = start(network.java(false, SynSender.class), honest);
        try {
            await().atMost(PATIENCE)
                    .until(() -> !events(told).isEmpty() && text(honest).lines().count() >= clients);
            sender.getOutputStream().write('\n');
            sender.getOutputStream().flush();
            assertThat(sender.waitFor()).isZero();
        } finally {
            sender.destroyForcibly();
        }
    }

    private static void assertSigns(Told each, int cookies) {
        assertThat(each.perSecond()).isGreaterThanOrEqualTo(100);
        if (cookies == 0) {
            assertThat(each.unanswered()).isZero();
            assertThat(each.drops()).isPositive();
            assertThat(each.listener()).isEqualTo("web");
        } else {
            assertThat(each.unanswered()).isPositive();
        }
    }

    private static List<Told> events(Path output) throws IOException {
        Matcher lines = TOLD.matcher(text(output));
        return lines.results()
                .map(line -> new Told(
                        line.group(1),
                        Long.parseLong(line.group(2)),
                        Long.parseLong(line.group(3)),
                        Long.parseLong(line.group(4)),
                        line.group(5)))
                .toList();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }
}
