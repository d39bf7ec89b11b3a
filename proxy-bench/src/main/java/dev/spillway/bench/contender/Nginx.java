package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nginx with its stream module and one worker.
 *
 * @param program the executable
 */
public record Nginx(Path program) implements Contender {
    private static final Pattern MODULES_PATH = Pattern.compile("--modules-path=(\\S+)");
    private static final String STREAM_MODULE = "ngx_stream_module.so";

    /** Descriptors and connections beyond those of the relays: listeners, log, the channel to the master. */
    private static final int SPARE = 64;

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return VersionQuestion.firstLine(List.of(program.toString(), "-v"));
    }

    @Override
    public String setUp() {
        return "stream, 1 worker process (and its master), proxy_half_close on as the others do, rest at its defaults";
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        Path file = directory.resolve("nginx.conf");
        Files.writeString(file, configuration(directory, listen, upstream, capacity));
        return List.of(program.toString(), "-e", "stderr", "-p", directory.toString(), "-c", file.toString());
    }

    private String configuration(Path directory, Endpoints listen, Endpoints upstream, int capacity)
            throws IOException {
        return """
                %sdaemon off;
                pid %s/nginx.pid;
                error_log stderr warn;
                worker_processes 1;
                worker_rlimit_nofile %d;
                events { worker_connections %d; }
                stream {
                    proxy_half_close on;
                %s%s%s}
                """.formatted(
                streamModule().map(path -> "load_module " + path + ";\n").orElse(""),
                directory,
                2 * capacity + SPARE,
                2 * capacity + SPARE,
                server(listen.echo(), upstream.echo()),
                server(listen.source(), upstream.source()),
                server(listen.sink(), upstream.sink()));
    }

    private static String server(InetSocketAddress listen, InetSocketAddress upstream) {
        return "    server { listen %s; proxy_pass %s; }\n".formatted(HostPort.of(listen), HostPort.of(upstream));
    }

    /** The file of the stream module, where it is not built in. */
    private Optional<Path> streamModule() throws IOException {
        String build;
        try {
            build = VersionQuestion.answer(List.of(program.toString(), "-V"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + program + " for its modules", e);
        }
        return streamModule(build);
    }

    /**
     * The file of the stream module, by the words of {@code nginx -V}; empty where it is built in.
     *
     * @throws IOException if this nginx has none
     */
    static Optional<Path> streamModule(String build) throws IOException {
        if (build.contains("--with-stream ") || build.endsWith("--with-stream\n")) {
            return Optional.empty();
        }
        Matcher modules = MODULES_PATH.matcher(build);
        if (modules.find()) {
            Path module = Path.of(modules.group(1), STREAM_MODULE);
            if (Files.isReadable(module)) {
                return Optional.of(module);
            }
        }
        throw new IOException("nginx has no stream module (expected: built in, or " + STREAM_MODULE
                + " in its modules path; on Debian: package libnginx-mod-stream)");
    }
}
