package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Settings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.signal.SignalSources.SourceMaker;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A start that fails when nearly everything is open leaves nothing open. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class StartFailureTest extends UnderPressure {
    private static final class Injected extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What is open of the files that a proxy reads again and again. */
    private static List<String> polled() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(StartFailureTest::target)
                    .filter(target ->
                            target.startsWith("/proc/") && !target.endsWith("/fd") || target.startsWith("/sys/"))
                    .sorted()
                    .toList();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    private static long loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("spillway"))
                .count();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void itsFilesItsSocketsAndItsThreadsAreGone(TransportKind kind) throws Exception {
        int port = fixedPort();
        Settings settings = settings(kind).watermarks(marks()).listener("web", "127.0.0.1:" + port, "pool", null);
        start(settings).close();
        List<String> before = polled();
        long threads = loops();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Proxy.start(settings.build(), events::add, StartFailureTest::failing))
                    .isInstanceOf(Injected.class);
        }
        assertThat(polled()).isEqualTo(before);
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        await().untilAsserted(() -> assertThat(loops()).isLessThanOrEqualTo(threads));
    }

    private static Map<Signal, Watermarks> marks() {
        Map<Signal, Watermarks> marks = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            marks.put(signal, new Watermarks(0.97, 0.98, 0.99));
        }
        return marks;
    }

    /** At the last source of all, so that the others are open by then, and by an error that no source may throw. */
    private static SourceMaker failing(SourceMaker maker) {
        AtomicInteger made = new AtomicInteger();
        return (signal, marks, origins) -> {
            if (made.incrementAndGet() == Signal.values().length) {
                throw new Injected();
            }
            return maker.make(signal, marks, origins);
        };
    }
}
