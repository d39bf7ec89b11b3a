package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContenderTest {
    private static final Endpoints LISTEN = endpoints(20_001);
    private static final Endpoints UPSTREAM = endpoints(30_001);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void haproxyAcceptsItsConfiguration(Haproxy.Splicing splicing) throws Exception {
        Path program = installed("haproxy");
        Haproxy haproxy = new Haproxy(program, splicing);
        List<String> command = haproxy.prepare(directory, LISTEN, UPSTREAM, 100);
        // -c checks and ends; it exits with 0 only for a valid file.
        assertThat(VersionQuestion.answer(
                        Stream.concat(command.stream(), Stream.of("-c")).toList()))
                .isNotNull();
        assertThat(haproxy.version()).containsIgnoringCase("haproxy version");
    }

    @Test
    void onlyTheSplicedHaproxyForcesSplicing() throws Exception {
        assertThat(haproxyFile(Haproxy.Splicing.FORCED))
                .contains("option splice-request", "option splice-response", "nbthread 1");
        assertThat(haproxyFile(Haproxy.Splicing.AUTO))
                .contains("option splice-auto", "nbthread 1")
                .doesNotContain("splice-re");
        assertThat(haproxyFile(Haproxy.Splicing.NONE)).contains("nbthread 1").doesNotContain("splice");
    }

    @Test
    void aSplicedHaproxyTakesPartInBulkOnly() {
        Haproxy spliced = new Haproxy(Path.of("haproxy"), Haproxy.Splicing.AUTO);
        assertThat(spliced.takes("bulk-download-1")).isTrue();
        assertThat(spliced.takes("exchange-64B-1")).isFalse();
        assertThat(spliced.takes("idle")).isFalse();
        assertThat(new Haproxy(Path.of("haproxy"), Haproxy.Splicing.NONE).takes("idle"))
                .isTrue();
    }

    @Test
    void nginxAcceptsItsConfiguration() throws Exception {
        Nginx nginx = new Nginx(installed("nginx"));
        List<String> command = nginx.prepare(directory, LISTEN, UPSTREAM, 100);
        assertThat(VersionQuestion.answer(
                        Stream.concat(command.stream(), Stream.of("-t")).toList()))
                .contains("test is successful");
        assertThat(nginx.version()).contains("nginx/");
    }

    @Test
    void nginxWithTheModuleBuiltInLoadsNone() throws Exception {
        assertThat(Nginx.streamModule("configure arguments: --with-stream --with-stream_ssl_module\n"))
                .isEmpty();
        assertThat(Nginx.streamModule("configure arguments: --with-stream\n")).isEmpty();
    }

    @Test
    void nginxWithTheModuleBesideItLoadsIt() throws Exception {
        Path module = Files.createFile(directory.resolve("ngx_stream_module.so"));
        assertThat(Nginx.streamModule("arguments: --modules-path=" + directory + " --with-stream=dynamic\n"))
                .hasValue(module);
    }

    @Test
    void nginxWithoutTheModuleIsRefusedWithARemedy() {
        assertThatThrownBy(
                        () -> Nginx.streamModule("arguments: --modules-path=" + directory + " --with-stream=dynamic\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("libnginx-mod-stream");
    }

    @Test
    void spillwayGetsOneThreadAndItsJvmFlags() throws Exception {
        Spillway spillway = new Spillway(Path.of("/opt/java"), Path.of("/opt/spillway.jar"), List.of("-Xmx1g"));
        List<String> command = spillway.prepare(directory, LISTEN, UPSTREAM, 100);
        assertThat(command)
                .startsWith("/opt/java", "-Xmx1g", "-jar", "/opt/spillway.jar", "run", "-c")
                .hasSize(7);
        assertThat(Files.readString(Path.of(command.get(6))))
                .contains("transport { threads = 1 }")
                .contains("echo { bind = \"127.0.0.1:20001\", upstream = echo }")
                .contains("sink { servers = [\"127.0.0.1:30003\"] }");
        assertThat(spillway.setUp()).contains("-Xmx1g");
    }

    @Test
    void portsAreGivenOutOnce() throws Exception {
        Endpoints one = FreePorts.endpoints();
        Endpoints two = FreePorts.endpoints();
        assertThat(Stream.of(one, two).flatMap(e -> Stream.of(e.echo(), e.source(), e.sink())))
                .doesNotHaveDuplicates()
                .allMatch(address -> address.getPort() >= 20_000 && address.getPort() < 32_000);
    }

    @Test
    void aCommandThatFailsSaysWhatItSaid() {
        assertThatThrownBy(() -> VersionQuestion.answer(List.of("sh", "-c", "echo broken; exit 3")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken");
    }

    private String haproxyFile(Haproxy.Splicing splicing) throws IOException {
        new Haproxy(Path.of("haproxy"), splicing).prepare(directory, LISTEN, UPSTREAM, 100);
        return Files.readString(directory.resolve("haproxy.cfg"));
    }

    private static Path installed(String name) {
        Path program = Path.of("/usr/sbin", name);
        assumeTrue(Files.isExecutable(program), name + " is not installed: its configuration is not tried");
        return program;
    }

    private static Endpoints endpoints(int first) {
        return new Endpoints(
                new InetSocketAddress("127.0.0.1", first),
                new InetSocketAddress("127.0.0.1", first + 1),
                new InetSocketAddress("127.0.0.1", first + 2));
    }
}
