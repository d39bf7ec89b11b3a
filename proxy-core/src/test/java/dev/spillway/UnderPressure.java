package dev.spillway;

import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.control.ControlEvent;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.ConnectionView;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What tests of protection share. The budget is 1 MiB for 200 connections; episodes start at half of it. A client that
 * never reads comes to hold 64 KiB of it.
 */
abstract class UnderPressure {
    static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    static final long BUDGET = 1 << 20;
    static final Map<Signal, Watermarks> LEDGER = Map.of(Signal.LEDGER, new Watermarks(0.3, 0.4, 0.5));
    static final String CROWD = "127.0.0.66";
    static final String HONEST = "127.0.0.5";

    private final List<AutoCloseable> open = new ArrayList<>();
    final Queue<ControlEvent> events = new ConcurrentLinkedQueue<>();
    final Clients clients = keep(new Clients());
    private TestServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = keep(Clients.service());
    }

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /**
     * Who asks for much and does not read holds 64 KiB or nearly, on each transport: all reads are as large as that, and the kernel takes
     * little for who does not read. On epoll only what it did not take is held.
     */
    Settings settings(TransportKind kind) {
        return Settings.of(kind)
                .minBuffer(64 << 10)
                .upstream("pool", server.address())
                .budget(BUDGET)
                .limits(200, 0.1)
                .sendBuffer(4096)
                .watermarks(LEDGER);
    }

    /**
     * The same where others exchange a little meanwhile: on channels a buffer is held as it was read into, so that reads begin as small as by
     * default there, or an exchange would weigh as much as a flood. Who floods holds 16 to 64 KiB.
     */
    Settings settingsForExchanges(TransportKind kind) {
        return kind == TransportKind.EPOLL ? settings(kind) : settings(kind).minBuffer(2 << 10);
    }

    Proxy start(Settings settings) throws Exception {
        return start(settings, events::add);
    }

    Proxy start(Settings settings, Consumer<ControlEvent> consumer) throws Exception {
        return keep(Proxy.start(settings.build(), consumer));
    }

    static SecuritySettings security(long generation, Toggle mpp, Toggle profiles, int... exempt) {
        List<PortRange> ports = new ArrayList<>();
        for (int port : exempt) {
            ports.add(new PortRange(port, port));
        }
        return SecuritySettings.of(Role.SERVER, mpp, profiles, PortSet.of(ports))
                .generation(generation);
    }

    /** A port that is free now and that the kernel does not give away by itself. */
    static int fixedPort() throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
        throw new IOException("no free port found");
    }

    /** Waits until each event loop has done what it was asked for so far. */
    static void awaitTurns(Proxy proxy) throws InterruptedException {
        for (EventLoop loop : proxy.transportInUse().loops()) {
            loop.submit(() -> {}).sync();
        }
    }

    static InetSocketAddress at(Proxy proxy, String listener) {
        return view(proxy, listener).bound();
    }

    static ListenerView view(Proxy proxy, String listener) {
        return proxy.listeners().stream()
                .filter(each -> each.name().equals(listener))
                .findFirst()
                .orElseThrow();
    }

    static List<ConnectionView> on(Proxy proxy, String listener) {
        return proxy.connections(1000).stream()
                .filter(each -> each.listener().equals(listener))
                .toList();
    }

    static long heldOn(Proxy proxy, String listener) {
        return on(proxy, listener).stream()
                .mapToLong(each -> each.facts().heldBytes())
                .sum();
    }

    /**
     * Waits until the last episode is over. The level was below the low mark then; since, late ones of a crowd may have
     * brought it up again to anywhere below the mark at which the next episode starts.
     */
    static void awaitCalm(Proxy proxy) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> proxy.pressure().episodes() > 0 && proxy.pressure().episode() == 0);
    }

    static long pruned(Proxy proxy) {
        return proxy.relays().closed().get(CloseReason.PRUNED);
    }

    /** The highest ledger that a thread of its own sees until it is closed. */
    static final class Sampler implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong highest = new AtomicLong();
        private final Thread thread;

        Sampler(Proxy proxy) {
            thread = new Thread(() -> {
                while (!over.get()) {
                    highest.accumulateAndGet(proxy.relays().heldBytes(), Math::max);
                    Thread.onSpinWait();
                    Thread.yield();
                }
            });
            thread.start();
        }

        long highest() {
            return highest.get();
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }
}
