package dev.spillway.server.namespace;

import dev.spillway.flood.KernelCounters;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Arrangement;
import dev.spillway.listener.Listener;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.listener.Listeners;
import dev.spillway.relay.RelaySettings;
import dev.spillway.relay.Relays;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import dev.spillway.security.ListenerRules;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Prefix;
import dev.spillway.syn.SynOrder;
import dev.spillway.syngate.AcceptGate;
import dev.spillway.syngate.GateKind;
import dev.spillway.syngate.ProgramGate;
import dev.spillway.syngate.SynGate;
import dev.spillway.syngate.SynGateSettings;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportSettings;
import dev.spillway.upstream.UpstreamSettings;
import dev.spillway.upstream.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The process that is flooded: the proxy's listeners, relays and one gate, with its echo upstream beside them and nothing that
 * would move the gate. It is told what the gate keeps out and its port, prints {@code ready}, and ends when its input does.
 */
final class FloodTarget {
    static final int PORT = 8080;

    /** Where the flood's packets say they come from. */
    static final String FLOODERS = "198.19.0.0/16";

    private static final int BACKLOG = 4096;
    private static final int MANY = 999;

    /** As the controller says it again and again: a kernel with little memory takes only a shorter program. */
    private static final int TURNS = 20;

    private static final long BUDGET = 64 << 20;

    /** What the gate does. */
    enum Mode {
        NONE("no gate"),
        PREFIX("kernel filter, the flood's /16"),
        THOUSAND("kernel filter, 1000 prefixes"),
        RATE("kernel filter, rate 0.5"),
        SINKHOLE("sinkhole, the flood's /16"),
        SINKHOLE_RATE("sinkhole, rate 0.5"),
        ACCEPT_PAUSE("accept gate, pause, rate 0.5"),
        ACCEPT_RESET("accept gate, reset, rate 0.5");

        private final String title;

        Mode(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private FloodTarget() {}

    public static void main(String[] args) throws Exception {
        Mode mode = Mode.valueOf(args[0].toUpperCase(Locale.ROOT));
        ServerSocket echo = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> acceptAll(echo), "echo");
        accepting.setDaemon(true);
        accepting.start();
        Transport transport = Transport.open(new TransportSettings(Optional.empty(), 2));
        Listeners listeners = listen(transport, mode, Integer.parseInt(args[1]), echo.getLocalPort());
        SynGate gate = mode.name().startsWith("ACCEPT")
                ? new AcceptGate(
                        () -> new SynGateSettings(SynGateSettings.Refusal.PAUSE), listeners::guarded, "by the test")
                : new ProgramGate(
                        listeners,
                        mode.name().startsWith("SINKHOLE") ? GateKind.SINKHOLE : GateKind.KERNEL_FILTER,
                        "by the test",
                        () -> 0,
                        () -> KernelCounters.NONE);
        SynOrder order = order(mode);
        for (int turn = 0; turn < TURNS; turn++) {
            gate.apply(order);
            gate.refresh();
        }
        System.out.println(gate.view());
        System.out.println("ready");
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    private static Listeners listen(Transport transport, Mode mode, int port, int upstreamPort) throws IOException {
        RelaySettings relay = new RelaySettings(
                BUDGET, 2048, 65536, Duration.ZERO, Duration.ZERO, Duration.ZERO, true, true, 0, 0, 0, 0, 64 << 10);
        ConnectionLimits limits = new ConnectionLimits(10_000, 0.1);
        Listeners listeners = new Listeners(new Listener.Shared(
                transport,
                new Relays(relay, limits.maxConnections(), transport),
                () -> new AdmissionPolicy(limits, mode == Mode.ACCEPT_PAUSE, 32, 64),
                () -> SecuritySettings.DEFAULTS,
                Surroundings.fixed(NetworkMap.EMPTY),
                new LongAdder()));
        Upstreams upstreams = new Upstreams(transport);
        Upstreams.Arrangement pools = upstreams.arrange(List.of(new UpstreamSettings(
                "echo",
                List.of(HostPort.parse("127.0.0.1:" + upstreamPort)),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1))));
        upstreams.publish(pools);
        Arrangement places = Arrangement.of(
                listeners,
                List.of(new ListenerSettings(
                        "web", HostPort.parse("0.0.0.0:" + port), "echo", ListenerRules.DEFAULTS, BACKLOG)),
                pools::named);
        places.bind();
        places.publish();
        listeners.open();
        return listeners;
    }

    private static SynOrder order(Mode mode) {
        List<DeniedPrefix> offenders = new ArrayList<>();
        if (mode == Mode.PREFIX || mode == Mode.THOUSAND || mode == Mode.SINKHOLE) {
            offenders.add(
                    new DeniedPrefix(Prefix.of(AddressBlock.parse(FLOODERS).orElseThrow()), Long.MAX_VALUE));
        }
        for (int i = 0; mode == Mode.THOUSAND && i < MANY; i++) {
            // Of 100.64.0.0/10, which nobody has here.
            offenders.add(new DeniedPrefix(new Prefix(Family.IPV4, (0x64400000L + 3001L * i) << 32, 0, 32), i));
        }
        return switch (mode) {
            case NONE -> SynOrder.NONE;
            case PREFIX, THOUSAND, SINKHOLE -> new SynOrder(0, offenders);
            case RATE, SINKHOLE_RATE, ACCEPT_PAUSE, ACCEPT_RESET -> SynOrder.of(0.5);
        };
    }

    private static void acceptAll(ServerSocket echo) {
        try {
            while (true) {
                Socket socket = echo.accept();
                Thread answering = new Thread(() -> answer(socket), "answer");
                answering.setDaemon(true);
                answering.start();
            }
        } catch (IOException closed) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException gone) {
            // The client has reset it.
        }
    }
}
