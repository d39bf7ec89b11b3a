package dev.spillway.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that says exactly what it is told to. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;

    /** One answer; header names in lower case. */
    record Response(int status, List<String> headers, String body) {
        String header(String name) {
            return headers.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }
    }

    private Wire(Socket socket) {
        this.socket = socket;
    }

    static Wire to(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(server, TIMEOUT_MILLIS);
        return new Wire(socket);
    }

    /** One request on a connection of its own. */
    static Response get(InetSocketAddress server, String path, String... headers) throws IOException {
        try (Wire wire = to(server)) {
            wire.say("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines(headers) + "\r\n");
            return wire.response();
        }
    }

    static Response ask(InetSocketAddress server, String request) throws IOException {
        try (Wire wire = to(server)) {
            wire.say(request);
            return wire.response();
        }
    }

    private static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    Socket socket() {
        return socket;
    }

    void say(String text) throws IOException {
        say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void say(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Reads one answer, its body by its Content-Length. */
    Response response() throws IOException {
        return response(true);
    }

    /** Reads the head of an answer and says how long a body is announced, without one. */
    Response response(boolean withBody) throws IOException {
        InputStream in = socket.getInputStream();
        String line = line(in);
        if (!line.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer: " + line);
        }
        List<String> headers = new ArrayList<>();
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            String normal = header.substring(0, colon).toLowerCase(Locale.ROOT) + header.substring(colon);
            headers.add(normal);
            if (normal.startsWith("content-length: ")) {
                length = Integer.parseInt(normal.substring("content-length: ".length()));
            }
        }
        byte[] body = withBody ? in.readNBytes(length) : new byte[0];
        if (withBody && body.length != length) {
            throw new EOFException("body of " + body.length + " bytes (expected: " + length + ")");
        }
        return new Response(Integer.parseInt(line.substring(9, 12)), headers, new String(body, StandardCharsets.UTF_8));
    }

    /** Whether the other side has closed: waits for it, and reads away what comes before. */
    boolean closed() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            byte[] away = new byte[8192];
            int read = in.read(away);
            while (read >= 0) {
                read = in.read(away);
            }
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed after: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
