package dev.spillway.server.admin;

import dev.spillway.BindFailure;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.metrics.Meters;
import dev.spillway.transport.HostPort;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** An admin plane in front of a proxy that only shows. */
final class AdminFixture implements AutoCloseable {
    final FakeProxy proxy = new FakeProxy();
    final EventLog events = new EventLog(new EventSettings(100));
    final Meters meters = new Meters(proxy, events);
    private final AdminServer server;

    AdminFixture(AdminSettings settings) throws BindFailure {
        server = AdminServer.start(settings, proxy, meters, events);
    }

    static AdminSettings open() {
        return settings(Optional.empty(), 16, Duration.ofSeconds(30));
    }

    static AdminSettings settings(Optional<String> token, int maxConnections, Duration idleTimeout) {
        return new AdminSettings(true, HostPort.parse("127.0.0.1:0"), token, maxConnections, idleTimeout);
    }

    InetSocketAddress address() {
        return server.bound();
    }

    @Override
    public void close() {
        server.close();
        meters.close();
        events.close();
    }
}
