package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy in TCP mode with one thread.
 *
 * @param program the executable
 * @param spliced whether {@code option splice-request} and {@code splice-response} force every read to be spliced;
 *     otherwise all options are at their defaults
 */
public record Haproxy(Path program, boolean spliced) implements Contender {
    @Override
    public String name() {
        return spliced ? "haproxy-splice" : "haproxy";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return VersionQuestion.firstLine(List.of(program.toString(), "-v"));
    }

    @Override
    public String setUp() {
        return spliced
                ? "mode tcp, nbthread 1, option splice-request and splice-response (bulk only)"
                : "mode tcp, nbthread 1, all options at their defaults";
    }

    @Override
    public boolean takes(String id) {
        return !spliced || id.startsWith("bulk");
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(file, configuration(listen, upstream, capacity));
        return List.of(program.toString(), "-db", "-f", file.toString());
    }

    private String configuration(Endpoints listen, Endpoints upstream, int capacity) {
        return """
                global
                    nbthread 1
                    maxconn %d
                defaults
                    mode tcp
                    timeout connect 10s
                    timeout client 10m
                    timeout server 10m
                %s""".formatted(capacity, spliced ? "    option splice-request\n    option splice-response\n" : "")
                + section("echo", listen.echo(), upstream.echo())
                + section("source", listen.source(), upstream.source())
                + section("sink", listen.sink(), upstream.sink());
    }

    private static String section(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        return """
                listen %s
                    bind %s
                    server backend %s
                """.formatted(name, HostPort.of(listen), HostPort.of(upstream));
    }
}
