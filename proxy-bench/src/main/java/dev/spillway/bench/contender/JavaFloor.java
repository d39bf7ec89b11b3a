package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The least that relaying costs in Java on Netty: {@link JavaFloorProgram}, which moves bytes as {@link Floor} does and accounts for
 * nothing. What it costs above that floor is the language's and the library's; what a proxy costs above this one is its own.
 *
 * @param java the JVM's executable
 * @param netty a class path with Netty's epoll transport: the jar of the proxy that it is the floor of
 * @param jvmFlags what the JVM is told
 */
public record JavaFloor(Path java, String netty, List<String> jvmFlags) implements FloorRelay {
    /** The name of the contender. */
    public static final String NAME = "floor-java";

    /** What the manifest of Spillway's jar opens to Netty; started by a class path, it does not say so. */
    private static final List<String> OPENED =
            List.of("java.base/java.nio=ALL-UNNAMED", "java.base/jdk.internal.misc=ALL-UNNAMED");

    /** Copies the list. */
    public JavaFloor {
        jvmFlags = List.copyOf(jvmFlags);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return JavaFloorProgram.class.getSimpleName() + " of this build, with the Netty of "
                + Path.of(netty).getFileName() + ", on "
                + VersionQuestion.firstLine(List.of(java.toString(), "-version"));
    }

    @Override
    public String setUp() {
        return "the same relay in Java, on one event loop of Netty's without channels: what the kernel, the JVM and Netty"
                + " cost. Reno where the system has bbr; exchanges, new connections and latency only; java "
                + String.join(" ", jvmFlags);
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(jvmFlags);
        OPENED.forEach(opened -> command.addAll(List.of("--add-opens", opened)));
        command.addAll(List.of("-cp", netty + File.pathSeparator + own(), JavaFloorProgram.class.getName()));
        command.addAll(FloorRelay.words(listen, upstream));
        return command;
    }

    /** The jar, or the folder, that this class is in. */
    private static Path own() throws IOException {
        try {
            return Path.of(JavaFloorProgram.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("where this program's classes are can't be told", e);
        }
    }
}
