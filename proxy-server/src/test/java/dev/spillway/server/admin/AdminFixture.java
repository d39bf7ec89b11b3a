package dev.spillway.server.admin;

import dev.spillway.BindFailure;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.metrics.Meters;
import dev.spillway.server.store.Audit;
import dev.spillway.server.store.Layer;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.transport.HostPort;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An admin plane in front of a proxy that only shows. */
final class AdminFixture implements AutoCloseable {
    final FakeProxy proxy = new FakeProxy();
    final EventLog events = new EventLog(new EventSettings(100));
    final Meters meters = new Meters(proxy, events);
    final SettingsStore store = store();
    private final AdminServer server;

    AdminFixture(AdminSettings settings) throws BindFailure {
        this(settings, Changes.DEADLINE_MILLIS, endpoints -> {});
    }

    /** One that has further endpoints. */
    AdminFixture(AdminSettings settings, long changeMillis, Consumer<Endpoints> more) throws BindFailure {
        Endpoints endpoints = new Endpoints(proxy, proxy, meters, events, store, noReload());
        more.accept(endpoints);
        server = AdminServer.start(settings, endpoints, meters.adminTraffic(), changeMillis);
    }

    /** A store that keeps nothing, of a file that says nothing. */
    static SettingsStore store() {
        return SettingsStore.open(Optional.empty(), Layer.EMPTY, Audit.NONE);
    }

    /** A file that is wrong. */
    static Reload noReload() {
        return who -> new Reload.Result.Refused(List.of("spillway.conf:1: by the test"));
    }

    static AdminSettings open() {
        return settings(Optional.empty(), 16, Duration.ofSeconds(30));
    }

    static AdminSettings settings(Optional<String> token, int maxConnections, Duration idleTimeout) {
        return new AdminSettings(true, HostPort.parse("127.0.0.1:0"), token, Map.of(), maxConnections, idleTimeout);
    }

    /** {@code token} by itself and for alice and ci. */
    static AdminSettings named() {
        return new AdminSettings(
                true,
                HostPort.parse("127.0.0.1:0"),
                Optional.of("s3cret"),
                Map.of("alice", "alice-s3cret", "ci", "ci-s3cret"),
                16,
                Duration.ofSeconds(30));
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
