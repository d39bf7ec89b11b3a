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
 * @param splicing whether bytes are moved within the kernel
 * @param rules further lines of each of its listeners
 */
public record Haproxy(Path program, Splicing splicing, List<String> rules) implements Contender {
    /** Its ways to splice, and what of a configuration makes it do so. */
    public enum Splicing {
        /** All options at their defaults: it copies. */
        NONE("haproxy", List.of()),
        /** It decides by what a connection did so far. */
        AUTO("haproxy-splice-auto", List.of("option splice-auto")),
        /** Every read is spliced. */
        FORCED("haproxy-splice", List.of("option splice-request", "option splice-response"));

        private final String contender;
        private final List<String> options;

        Splicing(String contender, List<String> options) {
            this.contender = contender;
            this.options = options;
        }

        /** The name of the contender that does so. */
        public String contender() {
            return contender;
        }
    }

    /** Copies the list. */
    public Haproxy {
        rules = List.copyOf(rules);
    }

    /** Without further lines. */
    public Haproxy(Path program, Splicing splicing) {
        this(program, splicing, List.of());
    }

    /** The same with {@code lines} in each listener. */
    public Haproxy with(List<String> lines) {
        return new Haproxy(program, splicing, lines);
    }

    @Override
    public String name() {
        return splicing.contender();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return VersionQuestion.firstLine(List.of(program.toString(), "-v"));
    }

    @Override
    public String setUp() {
        String set = "mode tcp, nbthread 1, "
                + (splicing == Splicing.NONE
                        ? "all options at their defaults"
                        : String.join(" and ", splicing.options) + " (bulk only)");
        return rules.isEmpty() ? set : set + ", and " + String.join(", ", rules);
    }

    @Override
    public boolean takes(String id) {
        return splicing == Splicing.NONE || id.startsWith("bulk");
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
                %s""".formatted(capacity, lines(splicing.options))
                + section("echo", listen.echo(), upstream.echo())
                + section("source", listen.source(), upstream.source())
                + section("sink", listen.sink(), upstream.sink());
    }

    private String section(String name, InetSocketAddress listen, InetSocketAddress upstream) {
        return """
                listen %s
                    bind %s
                %s    server backend %s
                """.formatted(name, HostPort.of(listen), lines(rules), HostPort.of(upstream));
    }

    private static String lines(List<String> words) {
        return words.stream().map(line -> "    " + line + "\n").collect(Collectors.joining());
    }
}
