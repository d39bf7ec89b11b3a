package dev.spillway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Asks the admin plane for what an operator and a supervisor ask for, again and again, each time on a new connection, and
 * remembers every answer that was late or wrong.
 */
final class AdminWatch implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PATHS = List.of("/metrics", "/health/ready", "/health/live");

    private final int port;
    private final Duration patience;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "admin-watch");
    private volatile boolean stopped;
    private volatile long answers;
    private volatile long slowestNanos;

    /** @param patience how long an answer may take, connect included */
    AdminWatch(int port, Duration patience) {
        this.port = port;
        this.patience = patience;
    }

    AdminWatch start() {
        thread.start();
        return this;
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    long answers() {
        return answers;
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos);
    }

    private void run() {
        while (!stopped) {
            for (String path : PATHS) {
                long began = System.nanoTime();
                try {
                    get(path);
                    answers++;
                } catch (IOException e) {
                    failures.add(path + ": " + e);
                }
                long took = System.nanoTime() - began;
                slowestNanos = Math.max(slowestNanos, took);
                if (took > patience.toNanos()) {
                    failures.add(path + ": answered after " + Duration.ofNanos(took));
                }
            }
            try {
                Thread.sleep(200); // the pace of a busy supervisor
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The pressure as {@code /api/v1/pressure} tells it. */
    JsonNode pressure() throws IOException {
        return JSON.readTree(get("/api/v1/pressure"));
    }

    /** The body of a 200 answer; anything else throws. */
    String get(String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) patience.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) patience.toMillis());
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int head = answer.indexOf("\r\n\r\n");
            if (!answer.startsWith("HTTP/1.1 200 ") || head < 0) {
                throw new IOException("answered: " + answer.lines().findFirst().orElse("nothing"));
            }
            return answer.substring(head + 4);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(2 * patience.toMillis() * PATHS.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
