package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import dev.spillway.transport.TransportUnavailable;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which gate is taken, and what an operator is told of it. */
@Timeout(60)
class GateChoiceTest {
    private static Transport open(TransportKind kind) throws TransportUnavailable {
        return Transport.open(new TransportSettings(Optional.of(kind), 1));
    }

    @Test
    void nioLeavesTheAcceptGateAndSaysWhy() throws Exception {
        try (Transport transport = open(TransportKind.NIO)) {
            GateChoice choice = GateChoice.probe(Optional.empty(), transport);

            assertThat(choice.kind()).isEqualTo(GateKind.ACCEPT);
            assertThat(choice.reason())
                    .startsWith("taken by syn-gate.kind = auto; no kernel-filter: transport nio can't attach programs")
                    .contains("no sinkhole");
        }
    }

    @Test
    void oneThatIsAskedForAndDoesNotWorkIsAnError() throws Exception {
        try (Transport transport = open(TransportKind.NIO)) {
            assertThatThrownBy(() -> GateChoice.probe(Optional.of(GateKind.KERNEL_FILTER), transport))
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessage("syn-gate.kind: kernel-filter (expected: one that works here; this one does not: "
                            + "transport nio can't attach programs to sockets)");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.spillway.fixture.Transports#all")
    void theAcceptGateWorksAnywhere(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            assertThat(GateChoice.probe(Optional.of(GateKind.ACCEPT), transport))
                    .isEqualTo(new GateChoice(GateKind.ACCEPT, "asked for by syn-gate.kind"));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.spillway.fixture.KernelFilters#transports")
    void whereItWorksTheKernelFilterIsTakenFirst(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            Optional<String> lack = KernelFilterProbe.lack(transport);
            GateChoice choice = GateChoice.probe(Optional.empty(), transport);

            assertThat(choice.kind()).isEqualTo(lack.isEmpty() ? GateKind.KERNEL_FILTER : GateKind.ACCEPT);
            assertThat(choice.reason())
                    .isEqualTo(
                            lack.isEmpty()
                                    ? "taken by syn-gate.kind = auto"
                                    : "taken by syn-gate.kind = auto; no kernel-filter: " + lack.get()
                                            + ", no sinkhole: this version has none");
        }
    }
}
