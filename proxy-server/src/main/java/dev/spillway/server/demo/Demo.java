package dev.spillway.server.demo;

import dev.spillway.BindFailure;
import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.events.EventId;
import dev.spillway.server.events.EventPage;
import dev.spillway.transport.TransportUnavailable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * A running demo: the upstream, the proxy in front of it, and the admin plane. Whoever started it closes it.
 */
public final class Demo implements AutoCloseable {
    private static final int UPSTREAM_CONNECTIONS = 4000;
    private static final Duration UPSTREAM_IDLE = Duration.ofMinutes(2);
    /** What a client that never reads asks for: more than any buffer on the way holds. */
    private static final long WANTED_BYTES = 64L << 20;

    private static final int EVENTS_PER_LOOK = 100;

    private final DemoPorts ports;
    private final DemoUpstream upstream;
    private final SpillwaySettings settings;
    private final DemoHost.Running running;
    private long lastEvent;

    private Demo(DemoPorts ports, DemoUpstream upstream, SpillwaySettings settings, DemoHost.Running running) {
        this.ports = ports;
        this.upstream = upstream;
        this.settings = settings;
        this.running = running;
    }

    /**
     * Starts all of it.
     *
     * @throws BindFailure if one of the ports can't be bound; nothing is left open then
     * @throws IOException if the upstream can't be started
     */
    public static Demo start(DemoPorts ports, DemoHost host) throws BindFailure, IOException {
        DemoUpstream upstream = DemoUpstream.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                UPSTREAM_CONNECTIONS,
                UPSTREAM_IDLE,
                "http://127.0.0.1:" + ports.adminPort());
        boolean complete = false;
        try {
            SpillwaySettings settings =
                    DemoConfiguration.settings(ports, upstream.address().getPort());
            Demo demo = new Demo(ports, upstream, settings, host.start(settings));
            complete = true;
            return demo;
        } catch (TransportUnavailable e) {
            throw new IllegalStateException("the demo leaves the transport open, and one is always there", e);
        } finally {
            if (!complete) {
                upstream.close();
            }
        }
    }

    /** Where it listens. */
    public DemoPorts ports() {
        return ports;
    }

    /** The proxy of it. */
    public ProxyView proxy() {
        return running.proxy();
    }

    /** What runs where, for the top of the screen. */
    public String places(Palette palette) {
        return StartScreen.places(this, palette);
    }

    /** What to try, for someone who has a second terminal. */
    public String advice(Palette palette) {
        return StartScreen.advice(this, palette);
    }

    /**
     * Attacks the public listener and prints how it goes, until it is over.
     *
     * @param hostile clients that attack, half of them never reading, half of them silent; positive
     * @param attack length of the attack
     * @throws IOException if the system has no selector left
     */
    public void attack(int hostile, Duration attack, Palette palette, PrintStream out)
            throws IOException, InterruptedException {
        LoopbackSources sources = LoopbackSources.detect();
        InetSocketAddress target = listener("public").bound();
        int rate = Math.max(50, hostile / 2);
        HostileCrowd.Plan plan = new HostileCrowd.Plan(
                target,
                hostile - hostile / 2,
                hostile / 2,
                rate,
                rate * attack.toSeconds() + hostile,
                attack,
                WANTED_BYTES);
        out.println(AttackText.opening(plan, sources, palette));
        out.println();
        AttackShow show = new AttackShow(proxy(), plan, sources, () -> notes(palette), palette, out);
        out.print(show.run().text(palette));
        out.flush();
    }

    private ListenerView listener(String name) {
        return proxy().listeners().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    InetSocketAddress upstreamAddress() {
        return upstream.address();
    }

    SpillwaySettings settings() {
        return settings;
    }

    /** What the event log has to tell since it was last asked; on the thread of the show. */
    private List<String> notes(Palette palette) {
        EventPage page = running.events().since(lastEvent, EVENTS_PER_LOOK);
        lastEvent = page.lastSequence();
        return page.events().stream()
                .filter(logged -> logged.event().id() != EventId.EPOCH_STARTED
                        && logged.event().id() != EventId.PROXY_STARTED)
                .map(logged -> AttackText.note(logged.event(), palette))
                .toList();
    }

    @Override
    public void close() {
        try {
            running.closing().close();
        } catch (Exception e) {
            throw new IllegalStateException("closing the demo's proxy", e);
        } finally {
            upstream.close();
        }
    }
}
