package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EstablishedTest {
    @Test
    void onlyEstablishedConnectionsOfThePortAreCountedAndAtOneEnd() {
        String table = """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
                   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 2
                   2: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3
                   3: 0100007F:1F90 0100007F:C002 06 00000000:00000000 00:00000000 00000000     0        0 0
                   4: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C003 01 0:0 00:0 0 0 0 4
                """;
        assertThat(Established.in(table, 8080)).isEqualTo(2);
        assertThat(Established.in(table, 8081)).isZero();
        assertThat(Established.in("", 8080)).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelCountsWhatIsOpenNow() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            assertThat(Established.at(address)).isZero();
            try (Socket client = new Socket(address.getAddress(), address.getPort());
                    Socket accepted = server.accept()) {
                assertThat(accepted.isConnected() && client.isConnected()).isTrue();
                assertThat(Established.at(address)).isEqualTo(1);
            }
        }
    }
}
