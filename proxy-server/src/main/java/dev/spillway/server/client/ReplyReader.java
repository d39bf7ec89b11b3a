package dev.spillway.server.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one HTTP/1.1 answer with a length, in chunks, or to the end of the connection. What it takes is bounded. */
final class ReplyReader {
    /** Of a line of the head, bytes. */
    private static final int LONGEST_LINE = 8192;

    private static final int MOST_HEADERS = 100;

    /** A thousand events with all their figures are a megabyte. */
    private static final int LARGEST_BODY = 64 << 20;

    private static final int BUFFER = 8192;
    private static final int HEX = 16;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

    private final InputStream in;

    ReplyReader(InputStream in) {
        this.in = in;
    }

    Reply read() throws IOException {
        Matcher status = STATUS.matcher(line());
        if (!status.matches()) {
            throw new ProtocolException("what answers there does not speak HTTP (expected: Spillway's admin plane)");
        }
        Map<String, String> headers = headers();
        int code = Integer.parseInt(status.group(1));
        byte[] body = code == 204 || code == 304 ? new byte[0] : body(headers);
        boolean json = headers.getOrDefault("content-type", "").startsWith("application/json");
        return new Reply(code, Optional.ofNullable(headers.get("etag")), json, body);
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() >= MOST_HEADERS) {
                throw new ProtocolException("a head that is not HTTP's (expected: Spillway's admin plane)");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String length = headers.get("content-length");
        if (length == null) {
            copy(body, Long.MAX_VALUE);
        } else {
            long announced = number(length, 10);
            if (copy(body, announced) < announced) {
                throw new EOFException("the answer ended before it was complete");
            }
        }
        return body.toByteArray();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            long length = number(size.split(";", 2)[0].strip(), HEX);
            if (length == 0) {
                return body.toByteArray();
            }
            if (copy(body, length) < length || !line().isEmpty()) {
                throw new EOFException("the answer ended before it was complete");
            }
        }
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = digits.length() > 15 ? -1 : Long.parseLong(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw new ProtocolException("a length that is none (expected: Spillway's admin plane)");
    }

    private long copy(ByteArrayOutputStream body, long length) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        while (copied < length) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - copied));
            if (read < 0) {
                return copied;
            }
            copied += read;
            if (body.size() + read > LARGEST_BODY) {
                throw new ProtocolException("an answer of more than 64 MiB (expected: Spillway's admin plane)");
            }
            body.write(buffer, 0, read);
        }
        return copied;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException(
                        line.isEmpty()
                                ? "the connection was closed without an answer"
                                : "the answer ended in its head");
            }
            if (line.length() >= LONGEST_LINE) {
                throw new ProtocolException("a line that is too long (expected: Spillway's admin plane)");
            }
            line.append((char) c);
        }
        int last = line.length() - 1;
        return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
    }
}
