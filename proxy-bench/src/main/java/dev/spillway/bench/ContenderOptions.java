package dev.spillway.bench;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Floor;
import dev.spillway.bench.contender.Haproxy;
import dev.spillway.bench.contender.JavaFloor;
import dev.spillway.bench.contender.Nginx;
import dev.spillway.bench.contender.Spillway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which proxies take part. */
final class ContenderOptions {
    /** All there are, in the order of the columns. */
    static final List<String> ALL = List.of(
            "spillway", "haproxy", "haproxy-splice-auto", "haproxy-splice", "nginx", Floor.NAME, JavaFloor.NAME);

    /** Those that somebody would run: a floor has nothing to defend itself with, so an attack on it says nothing. */
    private static final List<String> PROXIES = ALL.subList(0, ALL.indexOf(Floor.NAME));

    /** Those of an attack: that a spliced HAProxy decides for itself when to splice makes no difference to it. */
    private static final List<String> USUAL = List.of("spillway", "haproxy", "haproxy-splice", "nginx");

    private static final Path BUILT_JAR = Path.of("proxy-server", "target", "spillway.jar");

    @Option(
            names = "--spillway",
            paramLabel = "JAR",
            order = 1,
            description = "Spillway's runnable jar (default: proxy-server/target/spillway.jar, if there).")
    private @Nullable Path spillway;

    @Option(
            names = "--haproxy",
            paramLabel = "PATH",
            order = 2,
            description = "HAProxy's executable (default: as found in PATH and /usr/sbin).")
    private @Nullable Path haproxy;

    @Option(
            names = "--nginx",
            paramLabel = "PATH",
            order = 3,
            description = "nginx's executable; needs the stream module (default: as found in PATH and /usr/sbin).")
    private @Nullable Path nginx;

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            order = 4,
            description =
                    "Only these of spillway, haproxy, haproxy-splice-auto, haproxy-splice, nginx, and of compare floor and"
                            + " floor-java, relays in C and Java that account for nothing (default: all that are there and differ in what is measured).")
    private List<String> contenders = List.of();

    @Option(
            names = "--java",
            paramLabel = "PATH",
            order = 5,
            description = "The JVM that Spillway runs on (default: the one that runs this).")
    private @Nullable Path java;

    @Option(
            names = "--jvm-flags",
            paramLabel = "FLAGS",
            order = 6,
            description = "What that JVM is told, as one word, split at blanks (default: -Xms256m -Xmx256m"
                    + " -XX:MaxDirectMemorySize=256m -XX:+UseSerialGC; for attack and soak -Xmx64m"
                    + " -XX:MaxDirectMemorySize=64m).")
    private @Nullable String jvmFlags;

    /**
     * The contenders asked for and there, Spillway first.
     *
     * @param defaultFlags what Spillway's JVM is told unless flags are asked for
     * @param absent told of each that would have taken part and is not there
     * @throws IllegalArgumentException if what was asked for by name or path is not there; fit for the user
     */
    List<Contender> present(List<String> defaultFlags, Consumer<String> absent) {
        return present(PROXIES, USUAL, defaultFlags, absent);
    }

    /** The same where all may take part, and, unless said otherwise, do. */
    List<Contender> presentOfAll(List<String> defaultFlags, Consumer<String> absent) {
        return present(ALL, ALL, defaultFlags, absent);
    }

    /** The same where, unless said otherwise, only Spillway does. */
    List<Contender> spillwayUnlessSaid(List<String> defaultFlags, Consumer<String> absent) {
        return present(ALL, List.of(Spillway.NAME), defaultFlags, absent);
    }

    private List<Contender> present(
            List<String> possible, List<String> usual, List<String> defaultFlags, Consumer<String> absent) {
        for (String name : contenders) {
            if (!possible.contains(name)) {
                throw new IllegalArgumentException(
                        "--contenders: '" + name + "' (expected: one of " + String.join(", ", possible) + ")");
            }
        }
        List<String> wanted = contenders.isEmpty() ? usual : contenders;
        List<Contender> present = new ArrayList<>();
        if (wanted.contains(Spillway.NAME)) {
            jar().ifPresentOrElse(
                            jar -> present.add(new Spillway(jvm(), jar.toAbsolutePath(), flags(defaultFlags))),
                            () -> absent.accept(
                                    "spillway: no " + BUILT_JAR + " here; build it or name it by --spillway"));
        }
        List<Haproxy.Splicing> variants = Stream.of(Haproxy.Splicing.values())
                .filter(splicing -> wanted.contains(splicing.contender()))
                .toList();
        if (!variants.isEmpty()) {
            program("haproxy", haproxy, absent)
                    .ifPresent(path -> variants.forEach(splicing -> present.add(new Haproxy(path, splicing))));
        }
        if (wanted.contains("nginx")) {
            program("nginx", nginx, absent).ifPresent(path -> present.add(new Nginx(path)));
        }
        if (wanted.contains(Floor.NAME)) {
            compiler(absent).ifPresent(path -> present.add(new Floor(path)));
        }
        if (wanted.contains(JavaFloor.NAME)) {
            jar().ifPresentOrElse(
                            jar -> present.add(
                                    new JavaFloor(jvm(), jar.toAbsolutePath().toString(), flags(defaultFlags))),
                            () -> absent.accept(JavaFloor.NAME + ": no " + BUILT_JAR
                                    + " here to take Netty from; build it or name it by --spillway"));
        }
        return List.copyOf(present);
    }

    private Optional<Path> jar() {
        return path(
                "--spillway", spillway, Optional.of(BUILT_JAR.toAbsolutePath()).filter(Files::isReadable));
    }

    private static Optional<Path> compiler(Consumer<String> absent) {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> found = Floor.COMPILERS.stream()
                .flatMap(name -> ProgramSearch.find(name, path).stream())
                .findFirst();
        if (found.isEmpty()) {
            absent.accept(Floor.NAME + ": no C compiler (" + String.join(", ", Floor.COMPILERS)
                    + ") found in PATH to build it with");
        }
        return found;
    }

    private static Optional<Path> program(String name, @Nullable Path asked, Consumer<String> absent) {
        Map<String, String> environment = System.getenv();
        Optional<Path> found = path("--" + name, asked, ProgramSearch.find(name, environment.getOrDefault("PATH", "")));
        if (found.isEmpty()) {
            absent.accept(name + ": not found in PATH or /usr/sbin; install it or name it by --" + name);
        }
        return found;
    }

    private static Optional<Path> path(String option, @Nullable Path asked, Optional<Path> otherwise) {
        if (asked == null) {
            return otherwise;
        }
        if (!Files.isReadable(asked)) {
            throw new IllegalArgumentException(option + ": " + asked + " (expected: a file that can be read)");
        }
        return Optional.of(asked);
    }

    private Path jvm() {
        Path own = Path.of(System.getProperty("java.home"), "bin", "java");
        return path("--java", java, Optional.of(own)).orElse(own);
    }

    private List<String> flags(List<String> defaults) {
        return jvmFlags == null ? defaults : List.of(jvmFlags.trim().split("\\s+"));
    }
}
