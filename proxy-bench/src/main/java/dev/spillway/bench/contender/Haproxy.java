package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * HAProxy in TCP mode with one thread.
 *
 * @param program the executable
 * @param spliced whether {@code option splice-request} and {@code splice-response} force every read to be spliced;
 *     otherwise all options are at their defaults
 * @param rules further lines of each of its listeners
 */
public record Haproxy(Path program, boolean spliced, List<String> rules) implements Contender {
    /** Copies the list. */
    public Haproxy {
        rules = List.copyOf(rules);
    }

    /** Without further lines. */
    public Haproxy(Path program, boolean spliced) {
        this(program, spliced, List.of());
    }

    /** The same with {@code lines} in each listener. */
    public Haproxy with(List<String> lines) {
        return new Haproxy(program, spliced, lines);
    }

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
        String set = spliced
                ? "mode tcp, nbthread 1, option splice-request and splice-response (bulk only)"
                : "mode tcp, nbthread 1, all options at their defaults";
        return rules.isEmpty() ? set : set + ", and " + String.join(", ", rules);
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

    private String section(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        return """
                listen %s
                    bind %s
                %s    server backend %s
                """.formatted(
                        name,
                        HostPort.of(listen),
                        rules.stream().map(rule -> "    " + rule + "\n").collect(Collectors.joining()),
                        HostPort.of(upstream));
    }
}
