package dev.spillway.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Speaks as the admin plane does of settings: generation, precondition, type of content, token. */
final class FakeAdmin implements AutoCloseable {
    /** What a change is answered with; {@code %d} is the new generation. */
    static final String CHANGED = """
            {"generation":%d,"changes":[{"key":"mpp","old":"default","new":"disabled"}],"notes":["worth a look"]}""";

    private final HttpServer server;
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong(17);
    private final AtomicInteger overtakings = new AtomicInteger();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Optional<String> token = Optional.empty();
    private volatile int status = 200;
    private volatile String problem = "";

    /** One request as it came. */
    record Seen(String method, String target, Optional<String> ifMatch, String body) {}

    FakeAdmin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        answers("/api/v1/security", "{\"generation\":%d}");
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** What {@code GET path} is answered with from now on. */
    void answers(String path, String body) {
        bodies.put(path, body);
    }

    /** Asks for {@code token} from now on. */
    void requires(String token) {
        this.token = Optional.of(token);
    }

    /** Somebody else changes the settings before each of the next {@code times} changes arrives. */
    void overtakes(int times) {
        overtakings.set(times);
    }

    /** Answers everything but GET with {@code status} and {@code body} from now on. */
    void refuses(int status, String body) {
        this.status = status;
        this.problem = body;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The bodies of all changes that were asked for. */
    List<String> changes() {
        return seen.stream()
                .filter(each -> !each.method().equals("GET"))
                .map(Seen::body)
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Optional<String> ifMatch = header(exchange, "If-Match");
            seen.add(new Seen(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), ifMatch, body));
            if (token.isPresent() && !header(exchange, "Authorization").equals(token.map("Bearer "::concat))) {
                reply(exchange, 401, "{\"error\":\"Authorization: no token\",\"expected\":\"Bearer\"}");
            } else if (exchange.getRequestMethod().equals("GET")) {
                String found = bodies.get(exchange.getRequestURI().getPath());
                reply(
                        exchange,
                        found == null ? 404 : 200,
                        found == null
                                ? "{\"error\":\"path: unknown\",\"expected\":\"/api/v1/status\"}"
                                : found.replace("%d", generation.toString()));
            } else {
                change(exchange, ifMatch);
            }
        }
    }

    private void change(HttpExchange exchange, Optional<String> ifMatch) throws IOException {
        boolean settings = exchange.getRequestURI().getPath().startsWith("/api/v1/security");
        if (!header(exchange, "Content-Type").equals(Optional.of("application/json"))) {
            reply(exchange, 415, "{\"error\":\"Content-Type\",\"expected\":\"application/json\"}");
        } else if (settings && ifMatch.isEmpty()) {
            reply(exchange, 428, "{\"error\":\"If-Match: none\",\"expected\":\"a generation\"}");
        } else if (status != 200) {
            reply(exchange, status, problem);
        } else {
            if (overtakings.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                generation.incrementAndGet();
            }
            if (settings && !ifMatch.equals(Optional.of("\"" + generation + "\""))) {
                reply(
                        exchange,
                        412,
                        "{\"error\":\"If-Match: stale\",\"expected\":\"" + generation + "\",\"generation\":"
                                + generation + "}");
            } else {
                String answer = problem.isEmpty() ? CHANGED : problem;
                reply(exchange, 200, answer.replace("%d", Long.toString(generation.incrementAndGet())));
            }
        }
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
