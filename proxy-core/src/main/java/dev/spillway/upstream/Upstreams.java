package dev.spillway.upstream;

import dev.spillway.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All pools there are, and the thread that looks their names up. Owns that thread. Changed by one thread at a time; asked
 * by any.
 */
public final class Upstreams implements AutoCloseable {
    private final Transport transport;
    private final Resolver resolver = new Resolver();
    private volatile List<Upstream> current = List.of();

    /** None yet. */
    public Upstreams(Transport transport) {
        this.transport = transport;
    }

    /** The pools as they are to be. A pool that stays is the same object, and goes by its old settings until then. */
    public static final class Arrangement {
        private final List<Upstream> pools = new ArrayList<>();
        private final List<Upstream.Found> found = new ArrayList<>();

        /** The pool of this name, as it is to be. */
        public Upstream named(String name) {
            return Upstreams.named(pools, name)
                    .orElseThrow(() -> new IllegalArgumentException("upstream " + name + " (expected: one there is)"));
        }
    }

    /** Those there are, in the order of the configuration. */
    public List<Upstream> all() {
        return current;
    }

    /**
     * Looks up the names of servers that are new, on this thread; changes nothing. May block. A name that is not known is
     * no failure, but is told in the log when the arrangement comes into force: a server may come to be known later.
     */
    public Arrangement arrange(List<UpstreamSettings> next) {
        Arrangement arrangement = new Arrangement();
        for (UpstreamSettings settings : next) {
            Upstream pool = named(current, settings.name()).orElseGet(() -> new Upstream(settings, transport));
            arrangement.pools.add(pool);
            arrangement.found.add(pool.prepare(settings));
        }
        return arrangement;
    }

    /** Makes it so for connections that begin from now on. */
    public void publish(Arrangement arrangement) {
        for (int i = 0; i < arrangement.pools.size(); i++) {
            arrangement.pools.get(i).follow(arrangement.found.get(i));
        }
        current = List.copyOf(arrangement.pools);
        resolver.watch(current);
    }

    private static Optional<Upstream> named(List<Upstream> pools, String name) {
        return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
    }

    /** Looks no names up any more. */
    @Override
    public void close() {
        resolver.close();
    }
}
