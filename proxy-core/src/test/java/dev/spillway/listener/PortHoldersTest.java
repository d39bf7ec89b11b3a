package dev.spillway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortHoldersTest {
    @Test
    void theKernelsSpellingIsRead() throws Exception {
        assertThat(PortHolders.local("0100007F:1F90")).isEqualTo(new InetSocketAddress("127.0.0.1", 8080));
        assertThat(PortHolders.local("00000000000000000000000001000000:0050"))
                .isEqualTo(new InetSocketAddress(InetAddress.getByName("::1"), 80));
        assertThat(PortHolders.local("00000000000000000000000000000000:FFFF").getAddress())
                .isEqualTo(InetAddress.getByName("::"));
        // What listens on IPv4 with a socket of both families.
        assertThat(PortHolders.local("0000000000000000FFFF00000100007F:0050"))
                .isEqualTo(new InetSocketAddress("127.0.0.1", 80));
    }

    @Test
    void whoListensThereOrOverlapsIsFound() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = other.getLocalPort();
            assertThat(PortHolders.stranger(new InetSocketAddress("127.0.0.1", port), List.of()))
                    .contains(new InetSocketAddress("127.0.0.1", port));
            assertThat(PortHolders.stranger(new InetSocketAddress(port), List.of()))
                    .isPresent();
            assertThat(PortHolders.stranger(new InetSocketAddress("127.0.0.9", port), List.of()))
                    .isEmpty();
        }
    }
}
