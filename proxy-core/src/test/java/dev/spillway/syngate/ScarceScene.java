package dev.spillway.syngate;

import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Prefix;
import dev.spillway.syn.SynOrder;
import dev.spillway.transport.TransportKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own for {@link ScarceMemoryTest}: has 1000 prefixes kept out, and its own as the heaviest, turn after turn, and
 * says what came of it.
 */
final class ScarceScene {
    private static final int TURNS = 20;

    private ScarceScene() {}

    public static void main(String[] arguments) throws Exception {
        TransportKind kind = TransportKind.valueOf(arguments[0]);
        List<DeniedPrefix> offenders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            offenders.add(new DeniedPrefix(new Prefix(Family.IPV4, (0xc6120000L + 3L * i) << 32, 0, 32), i));
        }
        offenders.add(new DeniedPrefix(Prefix.of(AddressBlock.parse("127.0.0.1").orElseThrow()), Long.MAX_VALUE));
        SynOrder order = new SynOrder(0, offenders);
        try (GatedListeners scene = new GatedListeners(GateKind.KERNEL_FILTER, kind, "127.0.0.1:0")) {
            for (int turn = 0; turn < TURNS; turn++) {
                scene.apply(order);
            }
            SynGateView view = scene.gate.view();
            System.out.println("failures " + (view.failures() > 0 ? "some" : "none"));
            System.out.println("programs " + view.programs());
            System.out.println("size " + view.programSize());
            System.out.println("offenders " + view.offenders());
            System.out.println("letIn " + view.offendersLetIn());
            System.out.println("newcomer " + (scene.letsIn(scene.at("127.0.0.1")) ? "in" : "out"));
            System.out.println("acceptGate " + scene.refused.sum());
        }
    }
}
