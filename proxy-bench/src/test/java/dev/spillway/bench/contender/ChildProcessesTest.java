package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.Endpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChildProcessesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = Backend.start();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void closingEndsTheProcessAndRemovesItsFiles() throws Exception {
        Observed contender = new Observed(new RelayContender("relay"));
        long pid;
        try (ChildProcesses children = ChildProcesses.create()) {
            ProxyProcess proxy = children.start(contender, backend.endpoints(), 10, PATIENCE);
            pid = proxy.pid();
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(contender.directory).isDirectory();
            assertThat(proxy.startUp()).isPositive().isLessThanOrEqualTo(proxy.firstExchanges());
            assertThat(proxy.firstExchanges()).isLessThan(PATIENCE);
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(contender.directory.getParent()).doesNotExist();
    }

    @Test
    void aProgramThatEndsAtStartIsReportedWithItsLastWords() throws Exception {
        try (ChildProcesses children = ChildProcesses.create()) {
            assertThatThrownBy(() ->
                            children.start(shell("echo no such option >&2; exit 7"), backend.endpoints(), 10, PATIENCE))
                    .isInstanceOf(IOException.class)
                    .hasMessage("shell ended with 7 at start: no such option");
        }
    }

    @Test
    void whoStandsStillStillEndsWhenItIsAskedTo() throws Exception {
        try (ChildProcesses children = ChildProcesses.create()) {
            ProxyProcess proxy = children.start(new RelayContender("relay"), backend.endpoints(), 10, PATIENCE);
            proxy.halt();
            proxy.askToEnd();
            Awaitility.await().until(() -> proxy.exit().isPresent());
            assertThat(proxy.exit()).hasValue(128 + 15);
        }
    }

    @Test
    void aProgramThatNeverListensIsEnded() throws Exception {
        Observed contender = new Observed(shell("echo $$ > pid; echo waiting; exec sleep 1000"));
        try (ChildProcesses children = ChildProcesses.create()) {
            assertThatThrownBy(() -> children.start(contender, backend.endpoints(), 10, Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not relay after 1 s: java.net.ConnectException")
                    .hasMessageContaining("waiting");
            long pid = Long.parseLong(
                    Files.readString(contender.directory.resolve("pid")).trim());
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void aProgramThatIgnoresBeingAskedIsMadeToEndWithItsChildren() throws Exception {
        Observed contender = new Observed(
                shell("trap '' TERM; sleep 1000 & echo $! > child; echo $$ > pid; while :; do wait; done"));
        long pid;
        long child;
        try (ChildProcesses children = ChildProcesses.create()) {
            assertThatThrownBy(() -> children.start(contender, backend.endpoints(), 10, Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class);
            pid = Long.parseLong(
                    Files.readString(contender.directory.resolve("pid")).trim());
            child = Long.parseLong(
                    Files.readString(contender.directory.resolve("child")).trim());
        }
        // Killed, then reaped by whoever adopts it.
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void nothingIsStartedOnceItIsClosed() throws Exception {
        ChildProcesses children = ChildProcesses.create();
        children.close();
        children.close();
        assertThatThrownBy(() -> children.start(new RelayContender("late"), backend.endpoints(), 10, PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ending");
    }

    @Test
    void aRunThatIsInterruptedLeavesNothingBehind() throws Exception {
        Process run = new ProcessBuilder(RelayContender.javaCommand(Interrupted.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = run.inputReader(StandardCharsets.UTF_8)) {
            long pid = Long.parseLong(said.readLine());
            Path scratch = Path.of(said.readLine());
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(scratch).isDirectory();
            run.destroy();
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
            Awaitility.await()
                    .until(() ->
                            ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
            assertThat(scratch).doesNotExist();
        } finally {
            run.destroyForcibly();
        }
    }

    /** A run that has started a contender, says so, and then hangs until it is interrupted. */
    public static final class Interrupted {
        public static void main(String[] args) throws Exception {
            Observed contender = new Observed(new RelayContender("relay"));
            try (Backend backend = Backend.start();
                    ChildProcesses children = ChildProcesses.create()) {
                ProxyProcess proxy = children.start(contender, backend.endpoints(), 10, PATIENCE);
                System.out.println(proxy.pid());
                System.out.println(contender.directory.getParent());
                Thread.currentThread().join();
            }
        }
    }

    private static Contender shell(String script) {
        return new Contender() {
            @Override
            public String name() {
                return "shell";
            }

            @Override
            public String version() {
                return "any";
            }

            @Override
            public String setUp() {
                return script;
            }

            @Override
            public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) {
                return List.of("sh", "-c", script);
            }
        };
    }

    /** Remembers where a contender was prepared. */
    private static final class Observed implements Contender {
        private final Contender contender;
        private Path directory;

        Observed(Contender contender) {
            this.contender = contender;
        }

        @Override
        public String name() {
            return contender.name();
        }

        @Override
        public String version() throws IOException, InterruptedException {
            return contender.version();
        }

        @Override
        public String setUp() {
            return contender.setUp();
        }

        @Override
        public List<String> prepare(Path where, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
            this.directory = where;
            return contender.prepare(where, listen, upstream, capacity);
        }
    }
}
