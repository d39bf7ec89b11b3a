package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.measure.LiveHeap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Spillway with one event loop.
 *
 * @param name of this set-up of it
 * @param java the JVM's executable
 * @param jar the runnable jar
 * @param jvmFlags what the JVM is told
 * @param settings further lines of the block {@code spillway} of its configuration
 * @param admin where its admin plane listens; null for a free port that nobody asks for
 */
public record Spillway(
        String name,
        Path java,
        Path jar,
        List<String> jvmFlags,
        List<String> settings,
        @Nullable InetSocketAddress admin)
        implements Contender {
    /** The flags unless others are asked for: a small fixed heap, and the collector that needs no threads of its own. */
    public static final List<String> DEFAULT_JVM_FLAGS =
            List.of("-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC");

    /** The name of its configuration, in the directory that is prepared for it. */
    public static final String CONFIGURATION = "spillway.conf";

    /** What is left of memory to one that an attack is to be dangerous to. */
    public static final List<String> SMALL_JVM_FLAGS = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m");

    /** The name of the one that others are variants of. */
    public static final String NAME = "spillway";

    /** Copies the lists. */
    public Spillway {
        jvmFlags = List.copyOf(jvmFlags);
        settings = List.copyOf(settings);
    }

    /** With one event loop and the rest at its defaults. */
    public Spillway(Path java, Path jar, List<String> jvmFlags) {
        this(NAME, java, jar, jvmFlags, List.of(), null);
    }

    /** The same with {@code lines} of configuration, and its admin plane at a free port that can be asked for. */
    public Spillway with(List<String> lines) throws IOException {
        return new Spillway(name, java, jar, jvmFlags, lines, new InetSocketAddress("127.0.0.1", FreePorts.next()));
    }

    /** Where its admin plane listens; only of one made by {@link #with}. */
    InetSocketAddress plane() {
        return Objects.requireNonNull(admin, "its admin plane is at a port that nobody asks for");
    }

    @Override
    public String version() throws IOException, InterruptedException {
        String jvm = VersionQuestion.answer(List.of(java.toString(), "-version"))
                .lines()
                .skip(1)
                .findFirst()
                .orElse("unknown JVM");
        return VersionQuestion.firstLine(List.of(java.toString(), "-jar", jar.toString(), "--version")) + ", " + jvm;
    }

    @Override
    public String setUp() {
        String set = Stream.concat(Stream.of("transport.threads = 1"), settings.stream())
                .collect(Collectors.joining(", "));
        return set + ", rest at its defaults; java " + String.join(" ", jvmFlags);
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        Path file = directory.resolve(CONFIGURATION);
        Files.writeString(file, configuration(listen, upstream));
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", jar.toString(), "run", "-c", file.toString()));
        return command;
    }

    private String configuration(Endpoints listen, Endpoints upstream) throws IOException {
        InetSocketAddress plane = admin == null ? new InetSocketAddress("127.0.0.1", FreePorts.next()) : admin;
        return """
                spillway {
                  listeners {
                    echo { bind = "%s", upstream = echo }
                    source { bind = "%s", upstream = source }
                    sink { bind = "%s", upstream = sink }
                  }
                  upstreams {
                    echo { servers = ["%s"] }
                    source { servers = ["%s"] }
                    sink { servers = ["%s"] }
                  }
                  transport { threads = 1 }
                  admin { bind = "%s" }
                  %s
                }
                """.formatted(
                        HostPort.of(listen.echo()),
                        HostPort.of(listen.source()),
                        HostPort.of(listen.sink()),
                        HostPort.of(upstream.echo()),
                        HostPort.of(upstream.source()),
                        HostPort.of(upstream.sink()),
                        HostPort.of(plane),
                        String.join("\n  ", settings));
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return LiveHeap.bytes(pid);
    }
}
