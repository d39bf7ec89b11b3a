package dev.spillway.server.client;

import dev.spillway.transport.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Asks one admin plane. Blocks; for the thread of a command. */
public final class AdminClient {
    private final HostPort admin;
    private final Optional<String> token;
    private final Patience patience;

    /**
     * @param admin where the admin plane listens; a wildcard stands for this machine
     * @param token what it asks for; visible ASCII, since a header can carry nothing else
     * @throws IllegalArgumentException if the token can't be sent or the port is 0
     */
    public AdminClient(HostPort admin, Optional<String> token, Patience patience) {
        if (admin.port() == 0) {
            throw new IllegalArgumentException("admin plane: " + admin + " (expected: a port in 1-65535)");
        }
        if (token.isPresent() && !token.get().matches("[!-~]+")) {
            throw new IllegalArgumentException(
                    "token: " + token.get().length() + " characters (expected: one at least, all visible ASCII)");
        }
        this.admin = admin.wildcard() ? new HostPort(loopback(admin), admin.port()) : admin;
        this.token = token;
        this.patience = patience;
    }

    private static String loopback(HostPort wildcard) {
        return wildcard.host().equals("::") ? "::1" : "127.0.0.1";
    }

    /** Where it asks. */
    public HostPort admin() {
        return admin;
    }

    /**
     * Sends one request and reads the whole answer.
     *
     * @throws NoAnswer if nobody answers there, or somebody who is no admin plane
     */
    public Reply send(Request request) throws NoAnswer {
        boolean sent = false;
        try (Socket socket = new Socket()) {
            connect(socket);
            // Counted as sent before it is: a part of it may arrive, and that is not for us to know.
            sent = true;
            socket.getOutputStream().write(bytes(request, socket.getInetAddress()));
            socket.getOutputStream().flush();
            Deadline deadline = new Deadline(socket, patience.answer());
            try (InputStream in = new BufferedInputStream(deadline.bounded(socket.getInputStream()))) {
                return new ReplyReader(in).read();
            }
        } catch (SocketTimeoutException late) {
            long seconds = (sent ? patience.answer() : patience.connect()).toSeconds();
            throw new NoAnswer(admin + ": no answer within " + seconds + " s", sent);
        } catch (UnknownHostException nameless) {
            throw new NoAnswer(admin + ": no address is known for " + admin.host(), false);
        } catch (IOException failed) {
            String detail = failed.getMessage() == null ? failed.toString() : failed.getMessage();
            throw new NoAnswer(admin + ": " + detail, sent);
        }
    }

    private void connect(Socket socket) throws IOException {
        InetAddress address = InetAddress.getByName(admin.host());
        socket.connect(new InetSocketAddress(address, admin.port()), (int)
                patience.connect().toMillis());
        socket.setTcpNoDelay(true);
    }

    /** The Host is the address and never a name: an admin plane without a token takes no name but its own. */
    private byte[] bytes(Request request, InetAddress address) {
        byte[] body = request.body().orElse("").getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder()
                .append(request.method())
                .append(' ')
                .append(request.target())
                .append(" HTTP/1.1\r\n")
                .append("Host: ")
                .append(literal(address))
                .append(':')
                .append(admin.port())
                .append("\r\n")
                .append("Accept: application/json\r\n")
                .append("Connection: close\r\n");
        token.ifPresent(
                text -> head.append("Authorization: Bearer ").append(text).append("\r\n"));
        request.ifMatch()
                .ifPresent(etag -> head.append("If-Match: ").append(etag).append("\r\n"));
        if (request.body().isPresent()) {
            head.append("Content-Type: application/json\r\n")
                    .append("Content-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return text;
        }
        int zone = text.indexOf('%');
        return "[" + (zone < 0 ? text : text.substring(0, zone)) + "]";
    }
}
