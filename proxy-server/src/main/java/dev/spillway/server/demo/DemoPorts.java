package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the demo listens, on 127.0.0.1.
 *
 * @param publicPort of the listener that MPP acts on
 * @param privatePort of the listener with the private profile
 * @param exemptPort of the listener whose port is exempt
 * @param adminPort of the admin plane
 */
public record DemoPorts(int publicPort, int privatePort, int exemptPort, int adminPort) {
    private static final int COUNT = 4;
    private static final int MAX_PORT = 65535;

    /** @throws IllegalArgumentException if a port is out of 1–65535 or taken twice */
    public DemoPorts {
        List<Integer> all = List.of(publicPort, privatePort, exemptPort, adminPort);
        for (int port : all) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("port " + port + " (expected: 1-" + MAX_PORT + ")");
            }
        }
        if (Set.copyOf(all).size() != COUNT) {
            throw new IllegalArgumentException("ports " + all + " (expected: four different ones)");
        }
    }

    /** Four ports that were free a moment ago. */
    public static DemoPorts free() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            int[] ports = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            return new DemoPorts(ports[0], ports[1], ports[2], ports[3]);
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
