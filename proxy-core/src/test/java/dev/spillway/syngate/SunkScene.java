package dev.spillway.syngate;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Newcomer;
import dev.spillway.syn.SynOrder;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process of its own for {@link SinkholeNamespaceTest}: takes the gate that works, and says what newcomers met at a rate of 0.3
 * and at 1, and whether all who were let in were served.
 */
final class SunkScene {
    private static final int SAMPLES = 4000;
    private static final int WAITING = 100;
    private static final int CONNECT_MILLIS = 20_000;

    private SunkScene() {}

    public static void main(String[] arguments) throws Exception {
        TransportKind kind = TransportKind.valueOf(arguments[0]);
        GateChoice choice;
        try (Transport transport = Transport.open(new TransportSettings(Optional.of(kind), 1))) {
            choice = GateChoice.probe(Optional.empty(), transport);
        }
        System.out.println("gate " + choice.kind().label());
        try (GatedListeners scene = new GatedListeners(choice.kind(), kind, "127.0.0.1:0");
                Clients clients = new Clients()) {
            InetSocketAddress to = scene.at("127.0.0.1");
            Clients.Talker talker = clients.talker("127.0.0.1", to);
            scene.apply(SynOrder.of(0.3));
            int kept = 0;
            for (int i = 0; i < SAMPLES; i++) {
                kept += scene.letsIn(to) ? 0 : 1;
            }
            System.out.println("kept " + kept / (double) SAMPLES);
            System.out.println("served " + served(to));
            all(scene, to);
            int before = talker.done();
            while (talker.done() < before + 50 && talker.failure() == null) {
                Thread.onSpinWait();
            }
            System.out.println("established " + (talker.failure() == null ? "unharmed" : talker.failure()));
            talker.stop();
            System.out.println("refused " + scene.refused.sum() + " failures "
                    + scene.gate.view().failures());
        }
    }

    /** Those whose SYN is dropped come a second later; who is let in has to be served. */
    private static int served(InetSocketAddress to) throws IOException {
        int served = 0;
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(to, CONNECT_MILLIS);
                socket.setSoTimeout(CONNECT_MILLIS);
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write(Clients.ECHO);
                Clients.exchange(socket);
                served++;
            }
        }
        return served;
    }

    private static void all(GatedListeners scene, InetSocketAddress to) throws Exception {
        scene.apply(SynOrder.of(1));
        scene.gate.count();
        long before = scene.dropped.sum();
        List<Newcomer> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(new Newcomer(to));
        }
        long latest = System.nanoTime() + 20_000_000_000L;
        while (scene.dropped.sum() < before + WAITING && System.nanoTime() < latest) {
            scene.gate.count();
            Thread.onSpinWait();
        }
        System.out.println(
                "waiting " + waiting.stream().filter(each -> !each.connected()).count());
        scene.apply(SynOrder.NONE);
        while (!waiting.stream().allMatch(Newcomer::connected) && System.nanoTime() < latest) {
            Thread.onSpinWait();
        }
        System.out.println(
                "through " + waiting.stream().filter(Newcomer::connected).count());
        for (Newcomer each : waiting) {
            each.close();
        }
    }
}
