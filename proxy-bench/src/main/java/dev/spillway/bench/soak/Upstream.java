package dev.spillway.bench.soak;

import dev.spillway.bench.attack.TargetServer;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The servers behind the soaked proxy, of which the echo service can die and come back. Confined to one thread. */
final class Upstream implements AutoCloseable {
    private final TargetServer target;
    private final InetSocketAddress echo;
    private @Nullable Backend backend;

    private Upstream(TargetServer target, Backend backend) {
        this.target = target;
        this.backend = backend;
        this.echo = backend.endpoints().echo();
    }

    static Upstream start() throws IOException {
        Backend backend = Backend.start();
        try {
            return new Upstream(TargetServer.start(), backend);
        } catch (IOException e) {
            backend.close();
            throw e;
        }
    }

    Endpoints endpoints() throws IOException {
        return new Endpoints(echo, target.source(), target.sink());
    }

    boolean up() {
        return backend != null;
    }

    /** Ends the echo service with all its connections; its port then refuses. */
    void kill() {
        Backend running = backend;
        backend = null;
        if (running != null) {
            running.close();
        }
    }

    /** Brings it back at the same port, if it is down. */
    void restart() throws IOException {
        if (backend == null) {
            backend = Backend.startAt(echo);
        }
    }

    /** Resets what attackers have left behind. */
    void dropAll() {
        target.dropAll();
    }

    @Override
    public void close() {
        kill();
        target.close();
    }
}
