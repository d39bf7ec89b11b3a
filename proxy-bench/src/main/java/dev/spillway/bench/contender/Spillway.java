package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.measure.LiveHeap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Spillway with one event loop.
 *
 * @param java the JVM's executable
 * @param jar the runnable jar
 * @param jvmFlags what the JVM is told
 */
public record Spillway(Path java, Path jar, List<String> jvmFlags) implements Contender {
    /** The flags unless others are asked for: a small fixed heap, and the collector that needs no threads of its own. */
    public static final List<String> DEFAULT_JVM_FLAGS =
            List.of("-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC");

    /** Copies the list. */
    public Spillway {
        jvmFlags = List.copyOf(jvmFlags);
    }

    @Override
    public String name() {
        return "spillway";
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
        return "transport.threads = 1, rest at its defaults; java " + String.join(" ", jvmFlags);
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        Path file = directory.resolve("spillway.conf");
        Files.writeString(file, configuration(listen, upstream));
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", jar.toString(), "run", "-c", file.toString()));
        return command;
    }

    private static String configuration(Endpoints listen, Endpoints upstream) throws IOException {
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
                }
                """.formatted(
                        HostPort.of(listen.echo()),
                        HostPort.of(listen.source()),
                        HostPort.of(listen.sink()),
                        HostPort.of(upstream.echo()),
                        HostPort.of(upstream.source()),
                        HostPort.of(upstream.sink()),
                        HostPort.of(new InetSocketAddress("127.0.0.1", FreePorts.next())));
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return LiveHeap.bytes(pid);
    }
}
