package dev.spillway.server.demo;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What the {@link DemoUpstream} answers. Confined to the upstream's thread. */
final class Answers {
    /** Longest body taken or given, in bytes. */
    static final long MAX_BODY = 1L << 30;

    /** Length of the pattern that {@code /bytes/N} repeats; a power of two. */
    static final int PATTERN_BYTES = 1 << 16;

    private static final long PATTERN_SEED = 4229;
    private static final String BYTES = "/bytes/";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            404, "Not Found",
            405, "Method Not Allowed",
            411, "Length Required",
            413, "Content Too Large",
            431, "Request Header Fields Too Large",
            505, "HTTP Version Not Supported");

    private final ByteBuffer pattern = ByteBuffer.allocateDirect(PATTERN_BYTES);
    private final ClientView view;
    private final IntSupplier connections;
    private final LongSupplier accepted;

    Answers(ClientView view, IntSupplier connections, LongSupplier accepted) {
        this.view = view;
        this.connections = connections;
        this.accepted = accepted;
        SplittableRandom random = new SplittableRandom(PATTERN_SEED);
        while (pattern.hasRemaining()) {
            pattern.putLong(random.nextLong());
        }
        pattern.flip();
    }

    /** How many bytes of the source follow the answer to {@code head}. */
    long sourceBytes(RequestHead head) throws BadRequest {
        if (!head.path().startsWith(BYTES)) {
            return 0;
        }
        long bytes = wanted(head);
        return head.method().equals("GET") ? bytes : 0;
    }

    /** The source from byte {@code position} on, up to {@code left} bytes and to the end of the pattern. */
    ByteBuffer source(long position, long left) {
        int start = (int) (position & (PATTERN_BYTES - 1));
        return pattern.slice(start, (int) Math.min(left, PATTERN_BYTES - start));
    }

    /** The answer to a request without a body; for {@code /bytes/N} its head only. */
    ByteBuffer answer(RequestHead head, InetSocketAddress peer) throws BadRequest {
        boolean get = head.method().equals("GET");
        if (!get && !head.method().equals("HEAD")) {
            throw new BadRequest(
                    405, head.method() + " is not known here (expected: GET, HEAD; POST and PUT at /sink)");
        }
        if (head.path().startsWith(BYTES)) {
            return head(200, "application/octet-stream", wanted(head), head.keepAlive());
        }
        return switch (head.path()) {
            case "/" -> {
                String page = view.page(head, peer, connections.getAsInt(), accepted.getAsLong());
                yield whole(200, "text/html; charset=utf-8", page, head.keepAlive(), get);
            }
            case "/echo" -> whole(200, TEXT, head.query(), head.keepAlive(), get);
            case "/sink" -> throw new BadRequest(405, "send a body here (expected: POST or PUT)");
            default -> throw new BadRequest(404, "not here (expected: /, /bytes/N, /echo?TEXT or /sink)");
        };
    }

    /** The answer after a whole body has been swallowed. */
    ByteBuffer taken(Sink sink) {
        String text = "%d bytes%nsha256 %s%n".formatted(sink.head().contentLength(), sink.sha256());
        return whole(200, TEXT, text, sink.head().keepAlive(), true);
    }

    /** The answer to a bad request; the connection ends after it. */
    ByteBuffer refusal(BadRequest reason) {
        return whole(reason.status(), TEXT, reason.getMessage() + "\n", false, true);
    }

    /** Asks the client to send the body it announced. */
    ByteBuffer goOn() {
        return ByteBuffer.wrap("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static long wanted(RequestHead head) throws BadRequest {
        String number = head.path().substring(BYTES.length());
        if (!number.matches("[0-9]{1,10}") || Long.parseLong(number) > MAX_BODY) {
            throw new BadRequest(400, "/bytes/N: N is not a number of bytes (expected: 0-" + MAX_BODY + ")");
        }
        return Long.parseLong(number);
    }

    private static ByteBuffer whole(int status, String type, String text, boolean keepAlive, boolean withBody) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = head(status, type, body.length, keepAlive);
        return withBody
                ? ByteBuffer.allocate(head.remaining() + body.length)
                        .put(head)
                        .put(body)
                        .flip()
                : head;
    }

    private static ByteBuffer head(int status, String type, long length, boolean keepAlive) {
        return ByteBuffer.wrap(("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error")
                        + "\r\nContent-Type: " + type
                        + "\r\nContent-Length: " + length
                        + "\r\nCache-Control: no-store"
                        + "\r\nConnection: " + (keepAlive ? "keep-alive" : "close")
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }
}
