package dev.spillway.syngate;

import dev.spillway.transport.Transport;
import java.util.Optional;

/**
 * The gate that is taken, and why, so that an operator can tell from one line what new connections will meet.
 *
 * @param kind which
 * @param reason why, in a sentence's part: {@code "taken by syn-gate.kind = auto"}
 */
public record GateChoice(GateKind kind, String reason) {
    /**
     * Tries the gates in their order and takes the first that works, or the one that is asked for.
     *
     * @param asked empty for the first that works
     * @throws SynGateUnavailable if the one asked for does not work here
     */
    public static GateChoice probe(Optional<GateKind> asked, Transport transport) throws SynGateUnavailable {
        if (asked.isPresent()) {
            GateKind kind = asked.get();
            Optional<String> lack = lack(kind, transport);
            if (lack.isPresent()) {
                throw new SynGateUnavailable("syn-gate.kind: " + kind.label()
                        + " (expected: one that works here; this one does not: " + lack.get() + ")");
            }
            return new GateChoice(kind, "asked for by syn-gate.kind");
        }
        StringBuilder why = new StringBuilder("taken by syn-gate.kind = auto");
        for (GateKind kind : GateKind.values()) {
            Optional<String> lack = lack(kind, transport);
            if (lack.isEmpty()) {
                return new GateChoice(kind, why.toString());
            }
            why.append(kind == GateKind.KERNEL_FILTER ? "; no " : ", no ")
                    .append(kind.label())
                    .append(": ")
                    .append(lack.get());
        }
        throw new AssertionError("the accept gate works anywhere");
    }

    /** What is missing for a gate; empty if it works. */
    private static Optional<String> lack(GateKind kind, Transport transport) {
        return switch (kind) {
            case KERNEL_FILTER, SINKHOLE -> ProgramProbe.lack(kind, transport);
            case ACCEPT -> Optional.empty();
        };
    }
}
