package dev.spillway.syn;

import java.util.List;

/** Both places a program can run at, and what it says there. */
final class Targets {
    private static final int PASSED_TO = 3;
    private static final int DROPPED_TO = 7;

    private Targets() {}

    static Target of(Target.Hook hook) {
        return hook == Target.Hook.SOCKET_FILTER
                ? Target.FILTER
                : new Target(
                        hook,
                        List.of(Instruction.of(0, PASSED_TO), Instruction.of(0x16, 0)),
                        List.of(Instruction.returning(DROPPED_TO)));
    }

    static boolean drops(Target.Hook hook, SynProgram program, Packet packet, int random) {
        BpfMachine machine = new BpfMachine(program.instructions());
        if (hook == Target.Hook.SOCKET_FILTER) {
            int kept = machine.run(packet, packet.transport(), random);
            if (kept != 0 && kept != -1) {
                throw new AssertionError("keeps " + kept);
            }
            return kept == 0;
        }
        int index = machine.run(packet, packet.payload(), random);
        if (index != PASSED_TO && index != DROPPED_TO) {
            throw new AssertionError("index " + index);
        }
        return index == DROPPED_TO;
    }
}
