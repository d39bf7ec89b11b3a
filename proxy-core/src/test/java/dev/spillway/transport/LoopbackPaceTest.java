package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.Socket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sockets keep the system's congestion control, and which don't, as the kernel tells it. */
@Timeout(30)
@EnabledOnOs(OS.LINUX)
class LoopbackPaceTest {
    private static final String ANOTHER_MACHINE = "192.0.2.1";

    private String system;

    @BeforeEach
    void ask() throws Exception {
        system = congestionControl(ANOTHER_MACHINE, LoopbackPace.leftAlone());
    }

    private static String congestionControl(String address, LoopbackPace pace) throws Exception {
        BareSocket socket = BareSocket.open(InetAddress.getByName(address), pace);
        try {
            return LoopbackPace.of(socket.descriptor());
        } finally {
            socket.close();
        }
    }

    /** What a listener at {@code bound} hands over when somebody on this machine calls. */
    private static String inherited(String bound, LoopbackPace pace) throws Exception {
        InetAddress address = InetAddress.getByName(bound);
        Socket listening = (Socket) BareServerChannel.of(address, pace).fd();
        try {
            listening.bind(new InetSocketAddress(address, 0));
            listening.listen(1);
            try (java.net.Socket caller =
                    new java.net.Socket("127.0.0.1", listening.localAddress().getPort())) {
                assertThat(caller.isConnected()).isTrue();
                Socket accepted = new Socket(listening.accept(new byte[28]));
                try {
                    return LoopbackPace.of(accepted);
                } finally {
                    accepted.close();
                }
            }
        } finally {
            listening.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
    void toALoopbackAddressNothingIsPaced(String address) throws Exception {
        assertThat(congestionControl(address, LoopbackPace.lifted())).isEqualTo("reno");
    }

    @ParameterizedTest
    @ValueSource(strings = {ANOTHER_MACHINE, "10.0.0.1", "2001:db8::1"})
    void whatLeavesThisMachineKeepsTheSystems(String address) throws Exception {
        assertThat(congestionControl(address, LoopbackPace.lifted())).isEqualTo(system);
    }

    @Test
    void whoCallsAtALoopbackAddressIsNotPacedEither() throws Exception {
        assertThat(inherited("127.0.0.1", LoopbackPace.lifted())).isEqualTo("reno");
    }

    @Test
    void whoCallsAtTheWildcardMayBeFarAway() throws Exception {
        assertThat(inherited("0.0.0.0", LoopbackPace.lifted())).isEqualTo(system);
    }

    @Test
    void leftAloneAllKeepTheSystems() throws Exception {
        assertThat(congestionControl("127.0.0.1", LoopbackPace.leftAlone())).isEqualTo(system);
        assertThat(inherited("127.0.0.1", LoopbackPace.leftAlone())).isEqualTo(system);
    }

    @ParameterizedTest
    @CsvSource({"bbr, true", "bbr2, true", "BBR3, true", "cubic, false", "reno, false", "dctcp, false"})
    void generationsOfBbrPace(String name, boolean paces) {
        assertThat(LoopbackPace.paces(name)).isEqualTo(paces);
    }

    /** On a machine with BBR sockets get reno; elsewhere none is touched, and the system's stays. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransportLiftsItOnlyWhereTheSystemPaces(boolean asked) throws Exception {
        try (Transport transport = Transport.open(new TransportSettings(Optional.of(TransportKind.EPOLL), 1, asked))) {
            TcpSocket socket = transport.newSocket(InetAddress.getByName("127.0.0.1"));
            try {
                assertThat(LoopbackPace.of(socket.descriptor()))
                        .isEqualTo(asked && LoopbackPace.paces(system) ? "reno" : system);
            } finally {
                socket.close();
            }
        }
    }
}
