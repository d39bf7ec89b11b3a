package dev.spillway.bench;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.ShippedSpillway;
import dev.spillway.bench.contender.Spillway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how Spillway is set up where a comparison is not about traffic, and what variants of it take part. */
final class EntryOptions {
    /**
     * What a JVM is told that shall hold idle connections in little memory: a capped heap, and little that is not a connection's. What its
     * compilers have used goes back to the system, as in the image; JVMs before 17.0.9 don't know how.
     */
    static final List<String> IDLE_FLAGS = List.of(
            "-Xms64m",
            "-Xmx64m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+UseSerialGC",
            "-Xss512k",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TrimNativeHeapInterval=5000");

    private static final Path ENTRYPOINT = Path.of("docker", "entrypoint.sh");

    @Option(
            names = "--idle-jvm-flags",
            paramLabel = "FLAGS",
            order = 7,
            description =
                    "What Spillway's JVM is told where idle connections are measured, as one word, split at blanks"
                            + " (default: -Xms64m -Xmx64m -XX:MaxDirectMemorySize=64m -XX:+UseSerialGC -Xss512k"
                            + " -XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=5000).")
    private @Nullable String idleFlags;

    @Option(
            names = "--entrypoint",
            paramLabel = "FILE",
            order = 8,
            description = "The image's start script, by which Spillway is started where start-up is measured (default:"
                    + " docker/entrypoint.sh, if there; else as under traffic).")
    private @Nullable Path entrypoint;

    @Option(
            names = "--also",
            paramLabel = "NAME=SPEC",
            order = 9,
            description = "Another Spillway beside the first, as often as wanted: what differs, parts with ';' between"
                    + " them. 'java PATH' the JVM or its home, 'jar PATH', 'flags FLAGS' in place of --jvm-flags, 'add"
                    + " FLAGS' after all flags in whatever is measured, 'set LINE' of configuration. As:"
                    + " --also 'nio-25=java /usr/lib/jvm/jdk-25; set transport.kind = nio'.")
    private List<String> also = new ArrayList<>();

    /**
     * The entries of {@code present}, with the variants of Spillway after Spillway.
     *
     * @param idleCapacity connections that those must hold that idle ones are measured of
     * @param absent told of what cannot be measured as it should
     * @throws IllegalArgumentException if what was asked for cannot be; fit for the user
     */
    List<Entry> entries(List<Contender> present, int idleCapacity, Consumer<String> absent) {
        List<Variant> variants = also.stream().map(Variant::of).toList();
        Set<String> names = new HashSet<>(ContenderOptions.ALL);
        for (Variant variant : variants) {
            if (!names.add(variant.name())) {
                throw new IllegalArgumentException(
                        "--also: '" + variant.name() + "' (expected: a name that no other contender has)");
            }
        }
        if (!variants.isEmpty() && present.stream().noneMatch(Spillway.class::isInstance)) {
            throw new IllegalArgumentException("--also: no Spillway takes part (expected: one to differ from)");
        }
        List<Entry> entries = new ArrayList<>();
        for (Contender contender : present) {
            if (contender instanceof Spillway first) {
                Spillway idle = asIdle(first, idleCapacity);
                entries.add(entry(first, first, idle, List.of(), absent));
                for (Variant variant : variants) {
                    entries.add(entry(
                            variant.of(first, variant.flags().orElse(first.jvmFlags())),
                            variant.of(first, List.of()),
                            variant.of(idle, idle.jvmFlags()),
                            variant.added(),
                            absent));
                }
            } else {
                entries.add(Entry.of(contender));
            }
        }
        return List.copyOf(entries);
    }

    private Entry entry(
            Spillway traffic, Spillway shipped, Spillway idle, List<String> added, Consumer<String> absent) {
        Path script = script();
        if (script == null) {
            absent.accept("the image's way to start " + traffic.name() + ": no " + ENTRYPOINT
                    + " here; it is started as under traffic");
            return new Entry(traffic, traffic, idle);
        }
        return new Entry(traffic, new ShippedSpillway(shipped, script, added), idle);
    }

    private @Nullable Path script() {
        if (entrypoint == null) {
            return Files.isReadable(ENTRYPOINT) ? ENTRYPOINT.toAbsolutePath() : null;
        }
        if (!Files.isReadable(entrypoint)) {
            throw new IllegalArgumentException("--entrypoint: " + entrypoint + " (expected: a file that can be read)");
        }
        return entrypoint.toAbsolutePath();
    }

    /** By itself it would take no more connections than fit into half of the heap at a generous reckoning. */
    private Spillway asIdle(Spillway first, int capacity) {
        List<String> flags =
                idleFlags == null ? IDLE_FLAGS : List.of(idleFlags.trim().split("\\s+"));
        List<String> settings = new ArrayList<>(first.settings());
        settings.add("limits.max-connections = " + capacity);
        settings.add("limits.exempt-reserve = 0");
        return new Spillway(first.name(), first.java(), first.jar(), flags, settings, null);
    }
}
