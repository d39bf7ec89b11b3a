package dev.spillway.bench.soak;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Spillway with a configuration that can be written anew while it runs. Confined to one thread. */
final class SoakedSpillway implements Contender {
    /**
     * What reloads change.
     *
     * @param extra whether there is a fourth listener, in front of the echo service
     * @param stallAfterMillis {@code prune.stall-after}
     * @param intervalMillis {@code pressure.interval}
     * @param idleSeconds {@code relay.idle-timeout}
     * @param maxConnections {@code limits.max-connections}
     */
    record Variant(boolean extra, int stallAfterMillis, int intervalMillis, int idleSeconds, int maxConnections) {}

    private final Spillway spillway;
    private final InetSocketAddress extra;
    private final Variant first;
    private @Nullable Path file;
    private String fixed = "";

    /** @param extra where the fourth listener listens while there is one */
    SoakedSpillway(Spillway spillway, InetSocketAddress extra, Variant first) {
        this.spillway = spillway;
        this.extra = extra;
        this.first = first;
    }

    @Override
    public String name() {
        return spillway.name();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return spillway.version();
    }

    @Override
    public String setUp() {
        return spillway.setUp();
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints servers, int capacity) throws IOException {
        List<String> command = spillway.prepare(directory, listen, servers, capacity);
        // What stays as it is comes from the contender; a reload adds what changes below it, where the later value
        // wins.
        file = directory.resolve(Spillway.CONFIGURATION);
        fixed = Files.readString(file);
        write(first);
        return command;
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return spillway.liveHeap(pid);
    }

    /** Writes the configuration; it holds from the next reload on. */
    void write(Variant variant) throws IOException {
        Path target = Objects.requireNonNull(file, "prepared before");
        String listener = variant.extra()
                ? "listeners.extra { bind = \"%s:%d\", upstream = echo }"
                        .formatted(extra.getAddress().getHostAddress(), extra.getPort())
                : "";
        Path next = target.resolveSibling("next.conf");
        Files.writeString(
                next,
                fixed
                        + """
                spillway {
                  %s
                  prune.stall-after = %dms
                  pressure.interval = %dms
                  relay.idle-timeout = %ds
                  limits.max-connections = %d
                }
                """.formatted(
                                        listener,
                                        variant.stallAfterMillis(),
                                        variant.intervalMillis(),
                                        variant.idleSeconds(),
                                        variant.maxConnections()));
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
