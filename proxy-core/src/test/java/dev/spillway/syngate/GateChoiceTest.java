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
import org.junit.jupiter.params.provider.EnumSource;
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
                    .contains("no sinkhole: transport nio can't attach programs");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GateKind.class,
            names = {"KERNEL_FILTER", "SINKHOLE"})
    void oneThatIsAskedForAndDoesNotWorkIsAnError(GateKind kind) throws Exception {
        try (Transport transport = open(TransportKind.NIO)) {
            assertThatThrownBy(() -> GateChoice.probe(Optional.of(kind), transport))
                    .isInstanceOf(TransportUnavailable.class)
                    .hasMessage("syn-gate.kind: " + kind.label()
                            + " (expected: one that works here; this one does not: "
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
            Optional<String> noFilter = ProgramProbe.lack(GateKind.KERNEL_FILTER, transport);
            Optional<String> noSinkhole = ProgramProbe.lack(GateKind.SINKHOLE, transport);
            GateChoice choice = GateChoice.probe(Optional.empty(), transport);

            assertThat(choice.kind())
                    .isEqualTo(
                            noFilter.isEmpty()
                                    ? GateKind.KERNEL_FILTER
                                    : noSinkhole.isEmpty() ? GateKind.SINKHOLE : GateKind.ACCEPT);
            assertThat(choice.reason())
                    .isEqualTo("taken by syn-gate.kind = auto"
                            + noFilter.map(lack -> "; no kernel-filter: " + lack
                                            + noSinkhole
                                                    .map(other -> ", no sinkhole: " + other)
                                                    .orElse(""))
                                    .orElse(""));
        }
    }

    /** Nothing but Linux is needed for it. */
    @ParameterizedTest
    @MethodSource("dev.spillway.fixture.KernelFilters#transports")
    void aSinkholeThatIsAskedForIsTaken(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            assertThat(GateChoice.probe(Optional.of(GateKind.SINKHOLE), transport))
                    .isEqualTo(new GateChoice(GateKind.SINKHOLE, "asked for by syn-gate.kind"));
        }
    }
}
