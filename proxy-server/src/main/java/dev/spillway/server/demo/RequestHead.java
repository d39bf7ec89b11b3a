package dev.spillway.server.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of one HTTP/1.x request.
 *
 * @param method as sent
 * @param path the target up to its question mark
 * @param query what follows the question mark, as sent; empty if there is none
 * @param headers in the order sent
 * @param contentLength bytes of the body, 0 if none was announced
 * @param keepAlive whether the connection goes on after the answer
 * @param expectsContinue whether the client waits for {@code 100 Continue} before it sends the body
 */
record RequestHead(
        String method,
        String path,
        String query,
        List<Header> headers,
        long contentLength,
        boolean keepAlive,
        boolean expectsContinue) {
    /** Longest head taken, in bytes. */
    static final int MAX_BYTES = 8192;

    private static final int MAX_HEADERS = 64;
    private static final int MAX_LENGTH_DIGITS = 15;

    /** One header line; the name in lower case. */
    record Header(String name, String value) {}

    /**
     * Where the first head in {@code bytes} ends.
     *
     * @param from where to go on looking; a head that ended before was found before
     * @param length how many bytes there are
     * @return the index after the empty line, or -1 if it has not come yet
     */
    static int end(byte[] bytes, int from, int length) {
        for (int i = Math.max(0, from - 3); i < length; i++) {
            if (bytes[i] == '\n') {
                if (i + 1 < length && bytes[i + 1] == '\n') {
                    return i + 2;
                }
                if (i + 2 < length && bytes[i + 1] == '\r' && bytes[i + 2] == '\n') {
                    return i + 3;
                }
            }
        }
        return -1;
    }

    /** Reads a whole head of {@code length} bytes, empty line included. */
    static RequestHead parse(byte[] bytes, int length) throws BadRequest {
        for (int i = 0; i < length; i++) {
            int b = bytes[i] & 0xff;
            if (b < ' ' && b != '\r' && b != '\n' && b != '\t' || b == 0x7f) {
                throw new BadRequest(400, "control character 0x%02x in the request head".formatted(b));
            }
        }
        String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n");
        String[] request = lines.length == 0 ? new String[0] : lines[0].split(" ", -1);
        if (request.length != 3 || !request[0].matches("[A-Z]{1,16}") || !request[1].startsWith("/")) {
            throw new BadRequest(400, "not a request line (expected: METHOD /path HTTP/1.1)");
        }
        if (!request[2].equals("HTTP/1.1") && !request[2].equals("HTTP/1.0")) {
            throw new BadRequest(505, "this speaks HTTP/1.1 only");
        }
        int question = request[1].indexOf('?');
        String path = question < 0 ? request[1] : request[1].substring(0, question);
        String query = question < 0 ? "" : request[1].substring(question + 1);
        List<Header> headers = headers(lines);
        return new RequestHead(
                request[0],
                path,
                query,
                headers,
                contentLength(headers),
                keepAlive(headers, request[2]),
                has(headers, "expect", "100-continue"));
    }

    private static List<Header> headers(String[] lines) throws BadRequest {
        if (lines.length - 1 > MAX_HEADERS) {
            throw new BadRequest(431, "more than " + MAX_HEADERS + " header lines");
        }
        List<Header> headers = new ArrayList<>(lines.length);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = colon <= 0 ? "" : lines[i].substring(0, colon);
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new BadRequest(400, "not a header line (expected: Name: value)");
            }
            headers.add(new Header(
                    name.toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).trim()));
        }
        return List.copyOf(headers);
    }

    private static long contentLength(List<Header> headers) throws BadRequest {
        String length = null;
        for (Header header : headers) {
            if (header.name().equals("transfer-encoding")) {
                throw new BadRequest(411, "a body has to announce its Content-Length here");
            }
            if (header.name().equals("content-length")) {
                if (!header.value().matches("[0-9]{1," + MAX_LENGTH_DIGITS + "}")
                        || length != null && !length.equals(header.value())) {
                    throw new BadRequest(400, "bad Content-Length");
                }
                length = header.value();
            }
        }
        return length == null ? 0 : Long.parseLong(length);
    }

    private static boolean keepAlive(List<Header> headers, String version) {
        return version.equals("HTTP/1.1")
                ? !has(headers, "connection", "close")
                : has(headers, "connection", "keep-alive");
    }

    private static boolean has(List<Header> headers, String name, String value) {
        return headers.stream()
                .anyMatch(h -> h.name().equals(name)
                        && h.value().toLowerCase(Locale.ROOT).contains(value));
    }
}
