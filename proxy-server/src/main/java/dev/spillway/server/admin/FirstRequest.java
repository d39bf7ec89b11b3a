package dev.spillway.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks our own admin plane, as the first client it has: what is loaded, compiled and allocated once for a first request
 * is there before memory is short. It also shows at once whether anybody answers.
 */
final class FirstRequest {
    private static final int TIMEOUT_MILLIS = 5_000;

    private FirstRequest() {}

    /** @throws IOException if there is no answer, or none with this status */
    static void ask(InetSocketAddress bound, String path, Optional<String> token, int status) throws IOException {
        InetAddress address = bound.getAddress();
        boolean wildcard = address.isAnyLocalAddress();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(wildcard ? InetAddress.getLoopbackAddress() : address, bound.getPort()),
                    TIMEOUT_MILLIS);
            String authorization =
                    token.map(text -> "Authorization: Bearer " + text + "\r\n").orElse("");
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + authorization + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            String line =
                    answer.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("nothing");
            if (!line.startsWith("HTTP/1.1 " + status + " ")) {
                throw new IOException("answered " + Query.shortened(line) + " to GET " + path);
            }
        }
    }
}
