package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Nginx;
import dev.spillway.bench.contender.ShippedSpillway;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.load.Endpoints;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EntryTest {
    private static final Spillway FIRST =
            new Spillway(Path.of("/opt/java"), Path.of("/opt/spillway.jar"), List.of("-Xmx1g"));
    private static final Contender NGINX = new Nginx(Path.of("/usr/sbin/nginx"));

    private final List<String> absent = new ArrayList<>();

    @Test
    void whoIsTheSameAllAlongSaysItsSetUpOnce() {
        assertThat(Entry.of(NGINX).setUp()).isEqualTo(NGINX.setUp());
    }

    @Test
    void spillwayIsSetUpForWhatIsMeasured(@TempDir Path directory) throws Exception {
        Path script = Files.createFile(directory.resolve("start.sh"));
        List<Entry> entries = entries("--entrypoint", script.toString());
        assertThat(entries).extracting(Entry::name).containsExactly("spillway", "nginx");
        Entry spillway = entries.get(0);
        assertThat(spillway.traffic()).isEqualTo(FIRST);
        assertThat(spillway.startUp()).isEqualTo(new ShippedSpillway(FIRST, script.toAbsolutePath(), List.of()));
        assertThat(((Spillway) spillway.idle()).jvmFlags()).isEqualTo(EntryOptions.IDLE_FLAGS);
        assertThat(((Spillway) spillway.idle()).settings()).contains("limits.max-connections = 500");
        assertThat(spillway.setUp())
                .contains("-Xmx1g", "Start-up: by the image's start.sh", "Idle connections: ", "-Xmx64m");
        assertThat(absent).isEmpty();
    }

    @Test
    void variantsStandAfterTheFirstAndKeepWhatIsAddedThroughout(@TempDir Path directory) throws Exception {
        Path script = Files.createFile(directory.resolve("start.sh"));
        List<Entry> entries = entries(
                "--entrypoint",
                script.toString(),
                "--idle-jvm-flags",
                "-Xmx40m",
                "--also",
                "nio=set transport.kind = nio",
                "--also",
                "g1=add -XX:+UseG1GC");
        assertThat(entries).extracting(Entry::name).containsExactly("spillway", "nio", "g1", "nginx");
        Entry g1 = entries.get(2);
        assertThat(((Spillway) g1.traffic()).jvmFlags()).containsExactly("-Xmx1g", "-XX:+UseG1GC");
        assertThat(((Spillway) g1.idle()).jvmFlags()).containsExactly("-Xmx40m", "-XX:+UseG1GC");
        assertThat(((ShippedSpillway) g1.startUp()).added()).containsExactly("-XX:+UseG1GC");
        Entry nio = entries.get(1);
        assertThat(List.of(nio.traffic().setUp(), nio.startUp().name()))
                .satisfiesExactly(
                        setUp -> assertThat(setUp).contains("transport.kind = nio"),
                        name -> assertThat(name).isEqualTo("nio"));
        assertThat(((ShippedSpillway) nio.startUp()).of().settings()).containsExactly("transport.kind = nio");
    }

    @Test
    void withoutTheImagesScriptStartUpIsAsUnderTrafficAndThatIsSaid() {
        // The tests run in the module's directory, which has no "docker".
        List<Entry> entries = entries();
        assertThat(entries.get(0).startUp()).isEqualTo(FIRST);
        assertThat(absent).singleElement().asString().contains("docker/entrypoint.sh");
    }

    @Test
    void theShippedOneIsStartedByTheScriptWithItsOwnHomeAndJvm(@TempDir Path directory) throws Exception {
        Path home = Files.createDirectory(directory.resolve("home-of-spillway"));
        Path own = Files.createDirectory(directory.resolve("spillway-1"));
        ShippedSpillway shipped = new ShippedSpillway(FIRST, Path.of("/docker/entrypoint.sh"), List.of("-Xss1m"));
        Endpoints anywhere = new Endpoints(
                new InetSocketAddress("127.0.0.1", 20_001),
                new InetSocketAddress("127.0.0.1", 20_002),
                new InetSocketAddress("127.0.0.1", 20_003));
        List<String> command = shipped.prepare(own, anywhere, anywhere, 10);
        assertThat(command)
                .startsWith("env")
                .contains(
                        "SPILLWAY_HOME=" + home,
                        "SPILLWAY_JAVA_OPTS=-Xss1m",
                        home.resolve("entrypoint.sh").toString())
                .endsWith("run", "-c", own.resolve("spillway.conf").toString());
        assertThat(command.get(1)).startsWith("PATH=/opt:");
        assertThat(own.resolve("spillway.conf")).content().contains("127.0.0.1:20001");
    }

    private List<Entry> entries(String... arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.options.entries(List.of(FIRST, NGINX), 500, absent::add);
    }

    /** A command with these options and nothing to do. */
    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private EntryOptions options = new EntryOptions();
    }
}
