package dev.spillway.bench;

import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.load.Endpoints;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What traffic is sent to in one turn: a running proxy, or the backend itself as the control that shows what load
 * generator and backend can do alone.
 *
 * @param name of the contender, or {@link #DIRECT}
 * @param endpoints where to connect
 * @param proxy the process whose cost is measured; none for the control
 */
record Subject(String name, Endpoints endpoints, Optional<ProxyProcess> proxy) {
    /** The name of the control. */
    static final String DIRECT = "direct";

    static Subject direct(Endpoints backend) {
        return new Subject(DIRECT, backend, Optional.empty());
    }

    static Subject of(ProxyProcess proxy) {
        return new Subject(proxy.contender().name(), proxy.endpoints(), Optional.of(proxy));
    }

    boolean takes(String id) {
        return proxy.map(process -> process.contender().takes(id)).orElse(true);
    }

    /** What the process ended with; empty while it runs, and of the control. */
    OptionalInt exit() throws InterruptedException {
        return proxy.isPresent() ? proxy.get().exit() : OptionalInt.empty();
    }
}
